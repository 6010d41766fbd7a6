import { ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { liveError, upcomingError } from '#lib/scrape/video-downloader/plan/live.ts';
import { isLive, isUpcoming, type Kind, kindOf, ODD, TRANSFER_FAILED } from './meaning.ts';
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

/** yt-dlp begins with the site and what the page's address says of the video. */
const NAMED = /^(ERROR:\s*\[[^\]\s]+\] )(?:\S+|.+?(?=: (?:Unable to|No video formats|Requested format))): /gm;

/** Turns the end of a run that failed into the error to throw. */
export function sortFailure({ errors, exitCode, nowMs, retryAfterMs, folder }: Ending): ReelError {
  const said = errorLines(errors);
  const meant = withoutNames(said, folder);
  if (isUpcoming(meant)) return upcomingError(startsInMs(meant, nowMs), nowMs);
  if (isLive(meant)) return liveError();
  const kind = kindOf(meant) ?? endedOddly(exitCode);
  const words = shown(said);
  const what = kind.what.replace('{folder}', () => folder);
  return new ReelError(kind.code, `${what}${words && ` (${words})`}. ${kind.advice}`, {
    stage: 'downloading',
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
  if (exitCode === null || exitCode > 128)
    return { ...TRANSFER_FAILED, what: 'yt-dlp was ended before its work was done' };
  return ODD;
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
