/**
 * When a signed URL stops working by what it says itself; undefined when it says nothing.
 * Read are: `Expires` (Alibaba OSS V1, Amazon S3 V2, CloudFront; Unix seconds), and the pairs of a start and a length in
 * seconds of the V4 signatures: `X-Amz-Date`+`X-Amz-Expires`, `x-oss-date`+`x-oss-expires`, `X-Goog-Date`+`X-Goog-Expires`.
 * A length without its start counts from now, which errs by the age of the URL and no more.
 * @param nowMs milliseconds since the Unix epoch
 */
export function urlDeadline(url: string | URL, nowMs: number): Date | undefined {
  const query = queryOf(url);
  for (const family of ['x-amz', 'x-oss', 'x-goog']) {
    const lengthSeconds = wholeNumber(query.get(`${family}-expires`));
    if (lengthSeconds === undefined) continue;
    const startMs = compactTimeMs(query.get(`${family}-date`)) ?? nowMs;
    return dateOf(startMs + lengthSeconds * 1000);
  }
  const atSeconds = wholeNumber(query.get('expires'));
  return atSeconds === undefined ? undefined : dateOf(atSeconds * 1000);
}

/** Query parameters by lower-case name: `X-Amz-Expires` and `x-amz-expires` are the same to every reader but us. */
function queryOf(url: string | URL): Map<string, string> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return new Map([...(parsed?.searchParams ?? [])].map(([name, value]) => [name.toLowerCase(), value]));
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,11}$/.test(text) ? Number(text) : undefined;
}

/** `20260131T235959Z`, the compact ISO 8601 time of V4 signatures. */
function compactTimeMs(text: string | undefined): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Past it a year has more than four digits, which no record takes. */
const END_OF_CALENDAR_MS = Date.UTC(9999, 11, 31);

function dateOf(atMs: number): Date | undefined {
  return atMs <= END_OF_CALENDAR_MS ? new Date(atMs) : undefined;
}

/** HTTP dates count seconds, and an answer takes some to arrive. */
const LEAST_SKEW_MS = 5000;
/** A clock that was never set starts in 1970 or when its chip was made. */
const EARLIEST_DATE_MS = Date.UTC(2024);

/**
 * How much a server's clock is ahead of ours, by the `Date` of its answer and the `Age` that a cache adds; 0 where they
 * agree, undefined where the answer does not say. The server goes by its own clock when it judges a link.
 * @param nowMs our time when the answer came, in milliseconds since the Unix epoch
 */
export function clockSkewMs(headers: ReadonlyMap<string, string>, nowMs: number): number | undefined {
  const dateMs = Date.parse(headers.get('date') ?? '');
  if (!(dateMs >= EARLIEST_DATE_MS)) return undefined;
  const skewMs = dateMs + 1000 * (wholeNumber(headers.get('age')) ?? 0) - nowMs;
  return Math.abs(skewMs) < LEAST_SKEW_MS ? 0 : skewMs;
}
