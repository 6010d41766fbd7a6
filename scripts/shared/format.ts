const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `512 B`, `1.2 MB`: thousands, as disks and providers count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** The two largest units: `850 ms` is `1 s`, then `42 s`, `3 min 5 s`, `2 h 7 min`, `1 d 3 h`. */
export function formatDuration(ms: number): string {
  const rounded = Math.max(0, Math.round(ms / SECOND_MS)) * SECOND_MS;
  if (rounded < MINUTE_MS) return `${rounded / SECOND_MS} s`;
  if (rounded < HOUR_MS) return pair(rounded, MINUTE_MS, 'min', SECOND_MS, 's');
  if (rounded < DAY_MS) return pair(rounded, HOUR_MS, 'h', MINUTE_MS, 'min');
  return pair(rounded, DAY_MS, 'd', HOUR_MS, 'h');
}

function pair(ms: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % largeMs) / smallMs);
  return `${Math.floor(ms / largeMs)} ${large}${rest > 0 ? ` ${rest} ${small}` : ''}`;
}

/** `$0.50`; below a cent as many digits as it takes to be more than zero. null: the price is not known. */
export function formatDollars(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return 'price not known';
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`;
  return `$${usd.toPrecision(1)}`;
}

export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
}

/** `2026-11-21 19:05` in the time zone of the reader. */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What is left of a link's life, in the words that every command uses. */
export function formatDeadline(expiresAt: string | undefined, nowMs: number): string | undefined {
  if (expiresAt === undefined) return undefined;
  const leftMs = Date.parse(expiresAt) - nowMs;
  return leftMs > 0 ? `link dies in ${formatDuration(leftMs)}` : 'link is dead';
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

const CONTROL_CHARACTERS = /(?![\n\t])\p{Cc}/gu;

/** A provider's text or a file name must not be able to steer the terminal. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ');
}
