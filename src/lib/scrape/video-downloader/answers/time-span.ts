const UNITS: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const SPAN =
  /\b(?:in|after|wait|for|up to)\s+(?:about |at least |up to )?(an?|\d{1,4})\s+(second|minute|hour|day|week)s?\b/i;

/** The time that a message names: "in 2 hours", "for up to an hour". */
export function spanMsIn(text: string): number | undefined {
  const [, count = '', unit = ''] = SPAN.exec(text) ?? [];
  const unitMs = UNITS[unit.toLowerCase()];
  return unitMs === undefined ? undefined : (Number(count) || 1) * unitMs;
}
