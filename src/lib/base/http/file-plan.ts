import { type ByteRange, parseRange } from './byte-range.ts';
import { allowsRange, matchesStrongly, matchesWeakly } from './entity-tag.ts';

/** How a request for a file is to be answered. */
export type FilePlan =
  | { kind: 'not-modified' | 'precondition-failed' | 'unsatisfiable' }
  | { kind: 'bytes'; range: ByteRange; isPart: boolean };

/** The order of RFC 9110 §13.2.2. */
export function planOf({ method, headers }: Pick<Request, 'method' | 'headers'>, size: number, etag: string): FilePlan {
  if (headers.has('if-match') && !matchesStrongly(headers.get('if-match'), etag))
    return { kind: 'precondition-failed' };
  if (matchesWeakly(headers.get('if-none-match'), etag)) return { kind: 'not-modified' };
  const whole = { kind: 'bytes', range: { start: 0, end: size - 1 }, isPart: false } as const;
  // Range is defined for GET alone (§14.2).
  if (method !== 'GET' || !allowsRange(headers.get('if-range'), etag)) return whole;
  const range = parseRange(headers.get('range'), size);
  if (range === 'whole') return whole;
  return range === 'unsatisfiable' ? { kind: 'unsatisfiable' } : { kind: 'bytes', range, isPart: true };
}

/** The headers that tell the length of what is sent, and where it lies in the file. */
export function lengthOf({ range, isPart }: { range: ByteRange; isPart: boolean }, size: number) {
  return {
    'content-length': String(range.end - range.start + 1),
    ...(isPart && { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
  };
}
