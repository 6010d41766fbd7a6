import type { ByteRange } from '#lib/sandbox/faults/send-pieces.server.ts';

/**
 * The range that OSS answers with 206, or undefined where it answers 200 with the whole object: no header, a form that
 * it does not know, several ranges, and any range that reaches past the end (OSS's default, not the HTTP standard).
 */
export function satisfiableRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffixBytes = Number(last);
    return suffixBytes > 0 && suffixBytes <= sizeBytes ? { start: sizeBytes - suffixBytes, end: sizeBytes } : undefined;
  }
  const start = Number(first);
  const end = last === '' ? sizeBytes : Number(last) + 1;
  return start < end && end <= sizeBytes ? { start, end } : undefined;
}
