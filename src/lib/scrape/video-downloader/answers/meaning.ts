import type { ErrorCode } from '#lib/base/errors.ts';

/** What a message of yt-dlp means to whoever wants the video. */
export interface Kind {
  code: ErrorCode;
  /** What stands before yt-dlp's own words. */
  what: string;
  advice: string;
}

const NOT_FOUND: Kind = { code: 'not-found', what: 'The video is not there', advice: 'It was removed or is private.' };
const LOGIN: Kind = {
  code: 'rejected',
  what: 'The site does not give this video to everyone',
  advice: 'It asks for a login, or refuses this computer or region.',
};
const DRM: Kind = { code: 'rejected', what: 'The video is encrypted (DRM)', advice: 'It cannot be downloaded.' };
const LIMITED: Kind = {
  code: 'rate-limited',
  what: 'The site has had too many requests from here',
  advice: 'Leave it alone for a while.',
};
export const TRANSFER_FAILED: Kind = {
  code: 'network',
  what: 'The transfer failed',
  advice: 'Run it again to continue.',
};
const UNSUPPORTED: Kind = {
  code: 'invalid-input',
  what: 'yt-dlp finds no video at this address',
  advice: 'Give the address of a page with a video, or of a video file.',
};
const NO_FORMAT: Kind = {
  code: 'rejected',
  what: 'None of the video’s formats can be fetched',
  advice: 'Only http(s), HLS and DASH are; a format or height that was asked for may not exist.',
};
/** Words that nobody knows, too. */
export const ODD: Kind = {
  code: 'provider-failed',
  what: 'yt-dlp could not read this site',
  advice: 'Sites change: update yt-dlp, then run it again.',
};
const NO_FFMPEG: Kind = {
  code: 'config',
  what: 'This video needs ffmpeg',
  advice: 'Install ffmpeg, so that it is on PATH, then run it again.',
};
const NO_MODULE: Kind = {
  code: 'config',
  what: 'This yt-dlp lacks a part that the site needs',
  advice: 'Install it with all its parts: `pipx install "yt-dlp[default]"`.',
};
const FULL: Kind = {
  code: 'disk-full',
  what: 'The disk is full: no space left to write the video in {folder}',
  advice: 'Free some space, then run it again.',
};
const DENIED: Kind = {
  code: 'disk-denied',
  what: 'Not allowed to write the video in {folder}',
  advice: 'Check the permissions of that folder.',
};
const OPTIONS: Kind = { code: 'config', what: 'This yt-dlp does not accept our options', advice: 'Update yt-dlp.' };
const STREAM: Kind = {
  code: 'rejected',
  what: 'The stream can only be fetched by ffmpeg itself, past our check of addresses',
  advice: 'It is live, or encrypted in a way that yt-dlp does not read.',
};
const SCRIPT: Kind = {
  code: 'rejected',
  what: 'This page has a script for PhantomJS, which would pass our check of addresses',
  advice: 'Give the address of the video file, if there is one.',
};

/**
 * yt-dlp's messages, of all sites, by what they mean; the first that fits decides. The order matters: a bot check says "Sign
 * in", a private video asks to sign in, and "unavailable" often goes on with "in your country".
 */
const MESSAGES: ReadonlyArray<readonly [RegExp, Kind]> = [
  [/reelkeep: ffmpeg opens local files only/, STREAM],
  [/reelkeep: PhantomJS is not started|PhantomJS not found/, SCRIPT],
  [/not a (ro)?bot|are(n.t| not) a (ro)?bot|as a (ro)?bot|captcha|you are (a )?human|unusual traffic/i, LIMITED],
  [/HTTP Error 429|too many requests|rate.?limit|try (again )?later|throttled|temporarily (blocked|banned)/i, LIMITED],
  [/IP is likely being blocked|request is (blocked|rejected) by server/i, LIMITED],
  // Its own status says nothing of the video: links of fragments expire.
  [/fragment \d+ not found|unable to continue/i, TRANSFER_FAILED],
  [/No space left on device|disk quota exceeded|Errno 2[78]\b/i, FULL],
  [/Permission denied|Read-only file system|Unable to create directory|Errno 13\b/i, DENIED],
  [/\bDRM\b|Widevine|FairPlay|PlayReady/i, DRM],
  [/geo.?(restrict|block|fenc)|HTTP Error 451/i, LOGIN],
  [/(from|in|for|at) your (country|region|location|territory|area)|blocked in this (country|region)/i, LOGIN],
  [/might want to use a VPN|available in [^.]{1,60} only\b/i, LOGIN],
  [/members.only|join this channel|subscribers? only|premium|confirm your age|age.restricted|purchase/i, LOGIN],
  [/private (video|account|post)|is private\b|set to private/i, NOT_FOUND],
  [/HTTP Error (404|410)\b/i, NOT_FOUND],
  [/HTTP Error (401|402|403|407)\b|tunnel connection failed: 403/i, LOGIN],
  [/HTTP Error (408|425|5\d\d)\b/i, TRANSFER_FAILED],
  [/sign.?in|log.?in\b|logged.in|--cookies|registered users|authentication|account credentials|--username/i, LOGIN],
  [/\b(password|passcode|subscription|payment)\b|for subscribers|n.t have access|not have (access|permission)/i, LOGIN],
  [/IP address is (blocked|unable)/i, LOGIN],
  [/Requested format is not available/i, NO_FORMAT],
  [/(video|content|post|page|clip|stream|media)\S* (is |was |has been )?(no longer |not |un)available/i, NOT_FOUND],
  [
    /\b(no longer|isn.t|is not) available|(video|content|channel|track|episode|post)( \S+)? (was )?not found/i,
    NOT_FOUND,
  ],
  [/(has|have) closed their|(link|content|stream|video) (is|has) expired/i, NOT_FOUND],
  [/(does(n.t| not)|no longer) exist|has been (removed|deleted)|(been|was) (removed|deleted|terminated)/i, NOT_FOUND],
  [/unsupported URL|no suitable extractor|is not a valid URL|URLs are disabled|unsupported url scheme/i, UNSUPPORTED],
  [/ffmpeg( is)? not (installed|found)|ffprobe( and ffmpeg)? not found|install (the )?ffmpeg/i, NO_FFMPEG],
  [
    /timed.?out|connection (was )?(reset|refused|aborted|closed)|remote end closed|broken pipe|errno 1(04|10|11)/i,
    TRANSFER_FAILED,
  ],
  [/incomplete.?read|bytes read|more expected|downloaded \d+ bytes, expected|giving up after/i, TRANSFER_FAILED],
  [/downloaded file is empty|did not get any data/i, TRANSFER_FAILED],
  [
    /name or service not known|name resolution|getaddrinfo|unreachable|no route to host|ssl|certificate/i,
    TRANSFER_FAILED,
  ],
  [/unable to download (webpage|video|json|m3u8|mpd|xml|data)|TransportError|content too short/i, TRANSFER_FAILED],
  [/no video formats found|unable to extract|report this issue|failed to parse|unable to parse/i, ODD],
  [/no such option/i, OPTIONS],
  // What is left yt-dlp passes on from the site, and does not take for a fault of its own: single words decide.
  [/not found\. please install|missing dependency|required \w+ dependency/i, NO_MODULE],
  [/network error|temporarily unavailable|error (has )?occurred/i, TRANSFER_FAILED],
  [
    /\b(removed|deleted|private|copyright|unavailable|no such|\w*(live|stream|event|space) (was |has )?ended)\b/i,
    NOT_FOUND,
  ],
  [
    /\bno( \w+)? (videos?|media|audio|songs?|sources?|downloads|chapters)\b|(not|n.t) (contain|have (any |a )?videos?)/i,
    UNSUPPORTED,
  ],
  [
    /\bnot an? ([\w/]+ )?(video|podcast|file)|only video extraction|invalid url|\burl\b.* (missing|for|in)\b/i,
    UNSUPPORTED,
  ],
  [/not (be )?supported|no longer supported|unsupported/i, UNSUPPORTED],
  [/not found|(cannot|could ?n.t|could not|can.t) find|no .{1,60} exists|most likely expired/i, NOT_FOUND],
  [
    /\w-only\b|for (\w+ )?members|\bonly (available )?for\b|subscribe|\bpaid\b|tickets?\b|\bVIP\b|limit reached/i,
    LOGIN,
  ],
  [
    /restrict|\blocked\b|blocked|forbidden|denied|not allowed|inaccessible|(not|n.t) be access|available to anyone/i,
    LOGIN,
  ],
  [/account|cookies|tokens?\b|username|referer|sensitive|play limit|your plan/i, LOGIN],
];

const UPCOMING = new RegExp(
  [
    'will (begin|start) (in|at|on|shortly|soon)|premieres in|premieres? (on|at)|starts? in \\d|scheduled (to|for)',
    'has not (yet )?(started|begun)|not yet (started|begun)|not (currently live|started yet)',
    'not (yet )?available yet|not yet available|available (only )?after \\d|will be available|not downloadable yet',
    'is (still )?processing|be (uploading|processing)',
    // Of a channel or room in which there is nothing just now.
    'is (currently |now )?(offline|not live)|private show|no active streams',
  ].join('|'),
  'i',
);
const LIVE = /live (stream|event) has not ended|currently live|is live now/i;

/** Whether there is nothing yet. */
export function isUpcoming(message: string): boolean {
  return UPCOMING.test(message);
}

export function isLive(message: string): boolean {
  return LIVE.test(message);
}

/** Undefined for words that nobody knows. */
export function kindOf(message: string): Kind | undefined {
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
}
