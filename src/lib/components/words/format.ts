import * as amounts from '#lib/base/amounts.ts';

export { formatDollars } from '#lib/base/amounts.ts';

/** Keeps a number and its unit on one line. */
const NO_BREAK = '\u00a0';

function held(text: string): string {
  return text.replace(/(\d) (?=(?!of)\p{L})/gu, `$1${NO_BREAK}`);
}

/** `512 B`, `1.2 MB`. */
export const formatBytes = (bytes: number): string => held(amounts.formatBytes(bytes));

/** `1.2 of 3.4 MB`, or both units if they differ. */
export const formatShare = (received: number, total: number): string => held(amounts.formatShare(received, total));

/** `42 s`, `3 min 5 s`, `2 h 7 min`, `1 d 3 h`. */
export const formatDuration = (ms: number): string => held(amounts.formatDuration(ms));

/** `5 s`, `5.1 s`. */
export const formatSeconds = (seconds: number): string => held(amounts.formatSeconds(seconds));

/** The position in a film: `0:04`, `1:12`; `0:00` while the length is unknown. */
export function formatPlayTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * `21 Nov 2026, 19:05 UTC`. One time zone for all: the server renders the page first, and a browser in another zone would
 * change the text while it is being read.
 */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const [hours, minutes] = [date.getUTCHours(), date.getUTCMinutes()].map((part) => String(part).padStart(2, '0'));
  return `${formatDate(iso)}, ${hours}:${minutes}${NO_BREAK}UTC`;
}

/** `21 Nov 2026`, in UTC as `formatMoment`. */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return [date.getUTCDate(), MONTHS[date.getUTCMonth()], date.getUTCFullYear()].join(NO_BREAK);
}

/** `1 video`, `3 videos`. */
export function formatCount(number: number, one: string, many = `${one}s`): string {
  return `${number}${NO_BREAK}${number === 1 ? one : many}`;
}
