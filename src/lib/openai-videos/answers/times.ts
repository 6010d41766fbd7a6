/** No service of this kind is older: what is stated as earlier is no time (0, or seconds from now). */
const BEFORE_ALL_VIDEOS_MS = Date.UTC(2023);
/** The last moment that a record can keep. */
const END_OF_CALENDAR_MS = Date.UTC(9999, 11, 31);

/** Up to the year 5138 in each unit, and before it all the times of the unit below. */
const UNITS = [
  { below: 1e11, perMs: 1 / 1000 },
  { below: 1e14, perMs: 1 },
  { below: 1e17, perMs: 1e3 },
  { below: 1e20, perMs: 1e6 },
];

/**
 * A time of an answer: seconds since the epoch as documented, but milliseconds, microseconds or nanoseconds by their
 * size, all of them as a number or as digits, or a text that ISO 8601 describes.
 * @returns undefined for what cannot be the time of a video
 */
export function timeOf(value: unknown): Date | undefined {
  const ms = typeof value === 'number' ? msOfNumber(value) : typeof value === 'string' ? msOfText(value.trim()) : NaN;
  return ms >= BEFORE_ALL_VIDEOS_MS && ms <= END_OF_CALENDAR_MS ? new Date(ms) : undefined;
}

function msOfNumber(value: number): number {
  const unit = UNITS.find(({ below }) => value < below);
  return unit ? Math.round(value / unit.perMs) : NaN;
}

function msOfText(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return msOfNumber(Number(text));
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return NaN;
  // Without a zone, UTC is meant: our own is of no interest to a server.
  const isZoned = /(z|[+-]\d\d:?\d\d)$/i.test(text);
  return Date.parse(text.length === 10 || isZoned ? text : `${text.replace(' ', 'T')}Z`);
}

/** The times of one video. What cannot be is ignored: before its creation, or an end that comes before its completion. */
export function timesOf(stated: { created_at?: unknown; completed_at?: unknown; expires_at?: unknown }): {
  createdAt?: Date;
  completedAt?: Date;
  expiresAt?: Date;
} {
  const createdAt = timeOf(stated.created_at);
  const completed = timeOf(stated.completed_at);
  const completedAt = completed && completed >= (createdAt ?? completed) ? completed : undefined;
  const expires = timeOf(stated.expires_at);
  // Taken at its word, it would end a film before it could be asked for.
  const expiresAt = expires && expires > (completedAt ?? createdAt ?? 0) ? expires : undefined;
  return { ...(createdAt && { createdAt }), ...(completedAt && { completedAt }), ...(expiresAt && { expiresAt }) };
}
