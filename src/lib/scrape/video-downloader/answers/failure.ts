import { type ErrorCode, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { liveError, upcomingError } from '#lib/scrape/video-downloader/plan/live.ts';
import { spanMsIn, startsInMs } from './time-span.ts';

/** How yt-dlp ended. */
export interface Ending {
  /** Its standard error. */
  errors: string;
  /** Null: killed. */
  exitCode: number | null;
  nowMs: number;
  /** As a server asked. */
  retryAfterMs?: number | undefined;
  /** Where it has written. */
  folder: string;
}

interface Kind {
  code: ErrorCode;
  /** What stands before yt-dlp's own words. */
  what: string;
  advice: string;
  retryable?: boolean;
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
const NETWORK: Kind = { code: 'network', what: 'The transfer failed', advice: 'Run it again to continue.' };
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
const BROKEN: Kind = {
  code: 'provider-failed',
  what: 'yt-dlp could not read this site',
  advice: 'Sites change: update yt-dlp, then run it again.',
};
const NO_FFMPEG: Kind = {
  code: 'config',
  what: 'This video needs ffmpeg',
  advice: 'Install ffmpeg, so that it is on PATH, then run it again.',
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
const OPTIONS: Kind = {
  code: 'config',
  what: 'This yt-dlp does not accept our options',
  advice: 'Update yt-dlp.',
};
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
  [/not a (ro)?bot|are(n.t| not) a (ro)?bot|captcha|you are (a )?human|unusual traffic/i, LIMITED],
  [/HTTP Error 429|too many requests|rate.?limit|try (again )?later|throttled|temporarily (blocked|banned)/i, LIMITED],
  // Its own status says nothing of the video: links of fragments expire.
  [/fragment \d+ not found|unable to continue/i, NETWORK],
  [/No space left on device|disk quota exceeded|Errno 2[78]\b/i, FULL],
  [/Permission denied|Read-only file system|Unable to create directory|Errno 13\b/i, DENIED],
  [/\bDRM\b|Widevine|FairPlay|PlayReady/i, DRM],
  [/geo.?restrict|from your (location|country|region)|(in|for) your (country|region|location)|HTTP Error 451/i, LOGIN],
  [/might want to use a VPN|blocked in this (country|region)|available in [^.]{1,60} only\b/i, LOGIN],
  [/members.only|join this channel|subscribers? only|premium|confirm your age|age.restricted|purchase/i, LOGIN],
  [/private (video|account|post)|is private\b|set to private/i, NOT_FOUND],
  [/HTTP Error (404|410)\b/i, NOT_FOUND],
  [/HTTP Error (401|402|403|407)\b|tunnel connection failed: 403/i, LOGIN],
  [/HTTP Error (408|425|5\d\d)\b/i, NETWORK],
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
    NETWORK,
  ],
  [/incomplete.?read|bytes read|more expected|downloaded \d+ bytes, expected|giving up after/i, NETWORK],
  [/downloaded file is empty|did not get any data/i, NETWORK],
  [/name or service not known|name resolution|getaddrinfo|unreachable|no route to host|ssl|certificate/i, NETWORK],
  [/unable to download (webpage|video|json|m3u8|mpd|xml|data)|TransportError|content too short/i, NETWORK],
  [/no video formats found|unable to extract|report this issue|failed to parse|unable to parse/i, BROKEN],
  [/no such option/i, OPTIONS],
];

const UPCOMING =
  /will (begin|start) (in|at|on|shortly|soon)|premieres in|premieres? (on|at)|has not (yet )?(started|begun)|starts? in \d|not yet (started|begun)|scheduled (to|for)|not (currently live|started yet)/i;
const LIVE = /live (stream|event) has not ended|currently live|is live now/i;
/** yt-dlp begins with the site and what the page's address says of the video. */
const NAMED = /^(ERROR:\s*\[[^\]\s]+\] )(?:\S+|.+?(?=: (?:Unable to|No video formats|Requested format))): /gm;

/** Turns the end of a run that failed into the error to throw. */
export function sortFailure({ errors, exitCode, nowMs, retryAfterMs, folder }: Ending): ReelError {
  const said = errorLines(errors);
  const meant = withoutNames(said, folder);
  if (UPCOMING.test(meant)) return upcomingError(startsInMs(meant, nowMs), nowMs);
  if (LIVE.test(meant)) return liveError();
  const [, kind = endedOddly(exitCode)] = MESSAGES.find(([pattern]) => pattern.test(meant)) ?? [];
  const words = shown(said);
  const what = kind.what.replace('{folder}', () => folder);
  return new ReelError(kind.code, `${what}${words && ` (${words})`}. ${kind.advice}`, {
    stage: 'downloading',
    ...(kind.retryable !== undefined && { retryable: kind.retryable }),
    ...(kind.code === 'rate-limited' && { retryAfterMs: retryAfterMs ?? spanMsIn(meant) }),
  });
}

/** A name is anything: `/films/captcha-explained.mp4` that is not there is no captcha, and its site need not pause. */
function withoutNames(said: string, folder: string): string {
  return said
    .replace(NAMED, '$1')
    .replace(/https?:\/\/\S+/gi, '')
    .replaceAll(folder, '');
}

/** Without a message: killed from outside, or out of memory. */
function endedOddly(exitCode: number | null): Kind {
  if (exitCode === null || exitCode > 128) return { ...NETWORK, what: 'yt-dlp was ended before its work was done' };
  return BROKEN;
}

/** What counts: warnings tell of attempts that yt-dlp repeated by itself. Lines without a prefix come from its helpers. */
function errorLines(errors: string): string {
  // yt-dlp writes a return before some messages, to begin a line of the terminal anew.
  const lines = errors
    .replaceAll('\r', '')
    .split('\n')
    .map((line) => line.trim());
  const told = lines.filter((line) =>
    /^(ERROR:|yt-dlp: error:|.*: error: |reelkeep: |You might want to use a VPN)/.test(line),
  );
  return (told.length > 0 ? told : lines.filter((line) => !/^(WARNING|\[)/.test(line))).join('\n');
}

/** The last message in a length and a form to be shown: without queries, and without yt-dlp's request to report it. */
function shown(said: string): string {
  const lines = said.split('\n').filter((line) => line !== '' && !line.startsWith('You might'));
  const last = lines.at(-1) ?? '';
  const plain = last
    .replace(/^ERROR:\s*/, '')
    .replace(/\breelkeep: /, '')
    .replace(/;? ?please report this issue on .*$/i, '')
    .replace(/ ?\(caused by .*$/s, '');
  return redactText(plain).slice(0, 300).trim().replace(/\.$/, '');
}
