const UNITS: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const SPAN =
  /\b(?:in|after|wait|for|up to)\s+(?:about |at least |up to )?(an?|\d{1,4})\s+(second|minute|hour|day|week)s?\b/i;

/** `2026-12-01 18:00:00 UTC`, `2026-12-01T18:00:00+09:00`; without its zone a time says nothing. */
const MOMENT =
  /\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)? ?(?:(Z|UTC|GMT)|(JST)|([+-]\d\d):?(\d\d))(?![\w:])/;

/** How long from now a message says that something begins: "in 2 hours", or a moment. Negative: it has passed. */
export function startsInMs(text: string, nowMs: number): number | undefined {
  const [found, date, time, isUtc, isJapan, hours, minutes] = MOMENT.exec(text) ?? [];
  if (found === undefined) return spanMsIn(text);
  const zone = isUtc ? 'Z' : isJapan ? '+09:00' : `${hours}:${minutes}`;
  const atMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(atMs) ? undefined : atMs - nowMs;
}

/** The time that a message names: "in 2 hours", "for up to an hour". */
export function spanMsIn(text: string): number | undefined {
  const [, count = '', unit = ''] = SPAN.exec(text) ?? [];
  const unitMs = UNITS[unit.toLowerCase()];
  return unitMs === undefined ? undefined : (Number(count) || 1) * unitMs;
}
