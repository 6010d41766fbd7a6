const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Whether an `If-None-Match` list contains this tag; weak comparison, as RFC 9110 §13.1.2 requires. */
export function matchesWeakly(header: string | null, etag: string): boolean {
  return matches(header, (tag) => opaque(tag) === opaque(etag));
}

/** Whether an `If-Match` list contains this tag; strong comparison: a weak tag proves nothing about bytes. */
export function matchesStrongly(header: string | null, etag: string): boolean {
  return matches(header, (tag) => tag === etag && !tag.startsWith('W/'));
}

/**
 * Whether the client's partial copy has exactly these bytes, so that a range may complete it. A date is never accepted:
 * no modification time is sent to the client.
 */
export function allowsRange(ifRange: string | null, etag: string): boolean {
  return ifRange === null || (ifRange.trim() === etag && !etag.startsWith('W/'));
}

function matches(header: string | null, isSame: (tag: string) => boolean): boolean {
  if (header === null) return false;
  return header.trim() === '*' || (header.match(TAG) ?? []).some(isSame);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}
