// Numbers formatted for people, alike on pages, in a terminal and in error messages.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `512 B`, `1.2 MB`: thousands, as disks and providers count. */
export function formatBytes(bytes: number): string {
  const { value, unit } = inUnit(bytes);
  return `${value} ${unit}`;
}

/** `1.2 of 3.4 MB`, or both units if they differ. */
export function formatShare(received: number, total: number): string {
  const [part, whole] = [inUnit(received), inUnit(total)];
  return `${part.unit === whole.unit ? part.value : formatBytes(received)} of ${formatBytes(total)}`;
}

function inUnit(bytes: number): { value: string; unit: string } {
  let value = Math.max(0, bytes);
  let index = 0;
  // Just under a thousand would be rounded up to "1000 kB".
  while (value >= 999.5 && index < UNITS.length - 1) {
    value /= 1000;
    index += 1;
  }
  const isWhole = index === 0 || value >= 99.95;
  return { value: isWhole ? String(Math.round(value)) : value.toFixed(1), unit: UNITS[index] ?? 'B' };
}

/** A time to wait, as `formatDuration`, but below a second in milliseconds: rounded, half of those would be "0 s". */
export function formatWait(ms: number): string {
  return ms < SECOND_MS ? `${Math.ceil(ms)} ms` : formatDuration(ms);
}

/** The two largest units: `42 s`, `3 min 5 s`, `2 h 7 min`, `1 d 3 h`. Never below zero. */
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

/** `5 s`, `5.1 s`. */
export function formatSeconds(seconds: number): string {
  return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
}

/** `$0.50`; below a cent as many digits as it takes to be more than zero. null: the price is unknown. */
export function formatDollars(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return 'price unknown';
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`;
  return `$${usd.toPrecision(1)}`;
}
