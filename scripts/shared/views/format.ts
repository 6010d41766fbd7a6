import { formatDuration, formatSeconds as secondsText } from '#lib/base/amounts.ts';

export { formatBytes, formatDollars, formatDuration } from '#lib/base/amounts.ts';

export function formatSeconds(seconds: number | undefined): string {
  return seconds === undefined ? '' : secondsText(seconds);
}

/** `2026-11-21 19:05` in local time. */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The time until a link expires, worded alike in every command. */
export function formatDeadline(expiresAt: string | undefined, nowMs: number): string | undefined {
  if (expiresAt === undefined) return undefined;
  const leftMs = Date.parse(expiresAt) - nowMs;
  return leftMs > 0 ? `link expires in ${formatDuration(leftMs)}` : 'link has expired';
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

const CONTROL_CHARACTERS = /(?![\n\t])\p{Cc}/gu;

/** A provider's text or a file name must not be able to steer the terminal. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ');
}
