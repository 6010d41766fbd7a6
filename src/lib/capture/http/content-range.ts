/** What a 206 says it carries: bytes `start` to `end` (inclusive) of `total`. */
export interface ContentRange {
  start: number;
  end: number;
  /** undefined for `*`: the server does not know. */
  total: number | undefined;
}

/** Parses `bytes 5-9/10`; undefined for anything else, `bytes 9-5/10` and `bytes 5-10/10` included. */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]);
  const total = match[3] === '*' ? undefined : Number(match[3]);
  if (end < start || (total !== undefined && end >= total)) return undefined;
  return { start, end, total };
}

/** The total in the Content-Range of a 416 (an asterisk, a slash, the total); undefined when the server does not say. */
export function parseUnsatisfiedTotal(header: string | undefined): number | undefined {
  const match = /^bytes \*\/(\d{1,15})$/i.exec(header?.trim() ?? '');
  return match ? Number(match[1]) : undefined;
}
