import { describe, expect, it } from 'vitest';
import { sortFailure } from '#lib/scrape/video-downloader/answers/failure.ts';

const nowMs = Date.UTC(2026, 10, 30, 12);
const sorted = (errors: string, exitCode: number | null = 1) =>
  sortFailure({ errors, exitCode, nowMs, folder: '/films' });
const youtube = (text: string) => `ERROR: [youtube] dQw4w9WgXcQ: ${text}`;
const page = (status: string) =>
  `ERROR: [generic] s: Unable to download webpage: HTTP Error ${status} (caused by <HTTPError ${status}>)`;

describe('what yt-dlp says is sorted by what can be done about it', () => {
  it.each([
    ['a page that is not there', page('404: Not Found'), 'not-found', false],
    ['a page that is gone', page('410: Gone'), 'not-found', false],
    [
      'a private video, though it says to sign in',
      youtube(
        "Private video. Sign in if you've been granted access to this video. Use --cookies-from-browser or --cookies",
      ),
      'not-found',
      false,
    ],
    [
      'a private account',
      'ERROR: [vimeo] 1: This video is private. Log in to see it, or ask the owner',
      'not-found',
      false,
    ],
    ['an unavailable video', youtube('Video unavailable'), 'not-found', false],
    ['a removed one', youtube('Video unavailable. This video has been removed by the uploader'), 'not-found', false],
    [
      'a terminated account',
      youtube('This video is no longer available because the account has been terminated.'),
      'not-found',
      false,
    ],
    ['one that does not exist', "ERROR: [site] x: This video doesn't exist", 'not-found', false],
    ['401', page('401: Unauthorized'), 'rejected', false],
    ['403', page('403: Forbidden'), 'rejected', false],
    [
      'a challenge of Cloudflare, which no pause ends',
      'ERROR: [generic] Got HTTP Error 403 caused by Cloudflare anti-bot challenge; try again with --extractor-args',
      'rejected',
      false,
    ],
    ['451', page('451: Unavailable For Legal Reasons'), 'rejected', false],
    [
      'a login',
      'ERROR: [site] 1: This video is only available for registered users. Use --cookies, --username and --password',
      'rejected',
      false,
    ],
    [
      'the age',
      youtube('Sign in to confirm your age. This video may be inappropriate for some users.'),
      'rejected',
      false,
    ],
    ['members', youtube('Join this channel to get access to members-only content'), 'rejected', false],
    [
      'the region',
      'ERROR: [site] 1: This video is not available from your location due to geo restriction',
      'rejected',
      false,
    ],
    [
      'the region, though it says unavailable',
      youtube('Video unavailable. The uploader has not made this video available in your country'),
      'rejected',
      false,
    ],
    ['DRM', 'ERROR: [site] 1: This video is DRM protected', 'rejected', false],
    ['429', page('429: Too Many Requests'), 'rate-limited', true],
    [
      'a bot check, though it says to sign in',
      youtube("Sign in to confirm you're not a bot. Use --cookies-from-browser or --cookies for the authentication."),
      'rate-limited',
      true,
    ],
    [
      'a bot check with a typographic apostrophe',
      youtube('Sign in to confirm you’re not a bot. Use --cookies'),
      'rate-limited',
      true,
    ],
    ['try again later', youtube("This content isn't available, try again later."), 'rate-limited', true],
    ['500', page('500: Internal Server Error'), 'network', true],
    ['503', page('503: Service Unavailable'), 'network', true],
    ['502 of our own proxy', page('502: Bad Gateway'), 'network', true],
    [
      'a cut',
      'ERROR: [download] Got error: 26941 bytes read, 26942 more expected. Giving up after 2 retries',
      'network',
      true,
    ],
    [
      'a cut, as 2026.11.23 writes it',
      'ERROR: \r[download] Got error: Downloaded 20000 bytes, expected 99876 bytes. Giving up after 2 retries\n',
      'network',
      true,
    ],
    ['a time-out', 'ERROR: [generic] s: Unable to download webpage: The read operation timed out', 'network', true],
    [
      'a reset',
      "ERROR: [generic] s: Unable to download webpage: [Errno 104] Connection reset by peer (caused by TransportError('x'))",
      'network',
      true,
    ],
    [
      'a lost fragment',
      'ERROR: \r[download] Got error: HTTP Error 404: Not Found. Giving up after 3 retries\nERROR: fragment 3 not found, unable to continue',
      'network',
      true,
    ],
    ['an unknown page', 'ERROR: Unsupported URL: https://example.com/', 'invalid-input', false],
    ['no extractor', 'ERROR: No suitable extractor found for URL https://example.com/', 'invalid-input', false],
    [
      'a format that there is not',
      'ERROR: [generic] a: Requested format is not available. Use --list-formats for a list',
      'rejected',
      false,
    ],
    [
      'no formats',
      'ERROR: [site] a: No video formats found!; please report this issue on https://x',
      'provider-failed',
      false,
    ],
    [
      'a broken extractor',
      'ERROR: [site] a: Unable to extract title; please report this issue on https://github.com/x',
      'provider-failed',
      false,
    ],
    ['a full disk', 'ERROR: unable to write data: [Errno 28] No space left on device', 'disk-full', false],
    ['a disk that was full for ffmpeg', 'ERROR: Postprocessing: reelkeep: No space left on device', 'disk-full', false],
    ['a file that is too large for its disk', 'ERROR: [Errno 27] File too large', 'disk-full', false],
    [
      'a folder of others',
      "ERROR: Unable to create directory: [Errno 13] Permission denied: '/x'",
      'disk-denied',
      false,
    ],
    ['no ffmpeg', 'ERROR: Postprocessing: ffmpeg not found. Please install or provide the path', 'config', false],
    ['an option it does not have', 'yt-dlp: error: no such option: --x', 'config', false],
    [
      'a script for PhantomJS',
      'ERROR: [site] a: Executing JS on webpage failed with returncode 1:\nreelkeep: PhantomJS is not started; please report this issue on https://x',
      'rejected',
      false,
    ],
    [
      'a stream for ffmpeg alone',
      'reelkeep: ffmpeg opens local files only\nERROR: ffmpeg exited with code 1',
      'rejected',
      false,
    ],
    ['an unavailable video by its name', 'ERROR: [site] a: Video 12 is not available', 'not-found', false],
    ['one that is not there any more', youtube("This video isn't available anymore"), 'not-found', false],
    ['a private one by another word', 'ERROR: [site] a: This VOD is private', 'not-found', false],
    ['a channel that is not there', 'ERROR: [site] a: Channel "x" not found', 'not-found', false],
    ['an author who has left', youtube('The uploader has closed their YouTube account'), 'not-found', false],
    [
      'the region in words of the site',
      'ERROR: [site] a: Video restricted to Elbonia\nThis video is available in Elbonia.\nYou might want to use a VPN or a proxy server (with --proxy) to workaround.',
      'rejected',
      false,
    ],
    ['one region only', 'ERROR: [site] a: Sorry, this video is available in China only', 'rejected', false],
    [
      'a password',
      'ERROR: [site] a: This video is protected by a password, use the --video-password option',
      'rejected',
      false,
    ],
    ['a subscription', 'ERROR: [site] a: This content is only available for subscribers', 'rejected', false],
    ['a blocked computer', 'ERROR: [site] a: Your IP address is blocked from accessing this post', 'rejected', false],
    [
      'a request to wait',
      'ERROR: [site] a: Request is blocked by server (412), please wait and try later.',
      'rate-limited',
      true,
    ],
    ['an answer without a byte', 'ERROR: The downloaded file is empty', 'network', true],
    ['words nobody knows', 'ERROR: [site] a: The moon is in the way', 'provider-failed', false],
    ['a crash of Python', 'Traceback (most recent call last):\n  x\nKeyError: 1', 'provider-failed', false],
  ] as const)('%s', (_what, errors, code, retryable) => {
    expect(sorted(errors)).toMatchObject({ code, retryable });
  });

  it('says of a program that was killed from outside that it can be repeated', () => {
    expect(sorted('', null)).toMatchObject({ code: 'network', retryable: true });
    expect(sorted('', 137)).toMatchObject({ code: 'network', retryable: true });
  });

  it.each([
    ['captcha-explained', '404: Not Found', 'not-found'],
    ['rate-limits', '403: Forbidden', 'rejected'],
    ['premium-trailer', '500: Internal Server Error', 'network'],
    ['drm talk', '503: Service Unavailable', 'network'],
    ['The show is live now', '404: Not Found', 'not-found'],
    ['Permission denied', '429: Too Many Requests', 'rate-limited'],
  ])('by what has happened, not by what the video is called: %s, %s', (id, status, code) => {
    expect(sorted(`ERROR: [generic] ${id}: Unable to download webpage: HTTP Error ${status}`).code).toBe(code);
  });

  it('nor by its address or our folder', () => {
    expect(sorted('ERROR: Unsupported URL: https://example.com/captcha/sign-in').code).toBe('invalid-input');
    const errors = "ERROR: Unable to create directory: [Errno 13] Permission denied: '/films/captcha/video.mp4'";
    expect(sortFailure({ errors, exitCode: 1, nowMs, folder: '/films/captcha' }).code).toBe('disk-denied');
  });

  it('does not count warnings, which tell of what yt-dlp repeated', () => {
    const errors = `WARNING: [x] HTTP Error 404: Not Found. Retrying\n${page('500: Internal Server Error')}`;
    expect(sorted(errors).code).toBe('network');
  });
});

describe('how long to wait', () => {
  it('is what the message says', () => {
    const text = 'The current session has been rate-limited by YouTube for up to an hour. Try again later.';
    expect(sorted(youtube(text))).toMatchObject({ code: 'rate-limited', retryAfterMs: 3_600_000 });
  });

  it('is what the server says', () => {
    const ending = { errors: page('429: Too Many Requests'), exitCode: 1, nowMs, folder: '/films' };
    expect(sortFailure({ ...ending, retryAfterMs: 77_000 }).retryAfterMs).toBe(77_000);
    expect(sortFailure({ ...ending, errors: page('404: x'), retryAfterMs: 77_000 }).retryAfterMs).toBeUndefined();
  });

  it('is not made up', () => {
    expect(sorted(page('429: Too Many Requests')).retryAfterMs).toBeUndefined();
  });

  it.each([
    ['This live event will begin in 2 hours.', 2 * 3_600_000],
    ['Premieres in 40 minutes', 40 * 60_000],
    ['This live event will begin in a few moments.', 3_600_000],
    ['Premiere will begin shortly', 3_600_000],
    ['This content is scheduled to be released at 2026-11-30T23:00:00+09:00', 7_200_000],
    ['The channel is not currently live', 3_600_000],
    ['This livestream is scheduled to start at 2026-12-01 18:00', 3_600_000],
  ])('until the start: %s', (text, retryAfterMs) => {
    expect(sorted(youtube(text))).toMatchObject({ code: 'rejected', retryable: true, retryAfterMs });
  });
});

describe('the message', () => {
  it('quotes yt-dlp, without queries, and without what it says to its users', () => {
    const { message } = sorted(
      'ERROR: [site] a: Unable to extract https://x.example/v?token=abc; please report this issue on https://github.com',
    );
    expect(message).toContain('Unable to extract');
    expect(message).not.toMatch(/abc|report this/);
  });

  it('quotes what a site says of regions, not what yt-dlp says to its users', () => {
    const { message } = sorted(
      'ERROR: [site] a: Not here\nYou might want to use a VPN or a proxy server to workaround.',
    );
    expect(message).toContain('Not here');
    expect(message).not.toContain('VPN');
  });

  it('of a full disk names its folder', () => {
    expect(sorted('ERROR: Postprocessing: reelkeep: No space left on device').message).toBe(
      'The disk is full: no space left to write the video in /films (Postprocessing: No space left on device). Free some space, then run it again.',
    );
  });

  it('is short, whatever a site writes', () => {
    expect(sorted(`ERROR: [site] ${'x'.repeat(100_000)}`).message.length).toBeLessThan(600);
  });
});
