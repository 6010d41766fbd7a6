import { HttpFault } from './http-fault.ts';

/** Status line and headers of one HTTP/1.x answer. */
export interface ResponseHead {
  status: number;
  /** By lower-case name; fields that came more than once are joined with a comma. */
  headers: ReadonlyMap<string, string>;
}

/** How the end of the body is known. `until-close` proves nothing: a cut looks just like the end. */
export type BodyFraming = { kind: 'length'; bytes: number } | { kind: 'chunked' } | { kind: 'until-close' };

/** More than any honest server sends; bounds what a hostile one can make us hold. */
export const HEAD_LIMIT_BYTES = 64 * 1024;

/** Parses the text of a head without its final empty line. Throws HttpFault `protocol` on anything irregular. */
export function parseHead(text: string): ResponseHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine);
  if (!match) throw new HttpFault('protocol', 'the answer does not start with an HTTP/1 status line');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (!field) throw new HttpFault('protocol', 'the answer has a malformed header line');
    const name = (field[1] ?? '').toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? (field[2] ?? '') : `${before}, ${field[2]}`);
  }
  return { status: Number(match[1]), headers };
}

/**
 * RFC 9112 §6.3, strictly: two lengths that differ, a length beside a transfer coding, or a coding that we do not speak
 * end the answer, because each leaves open where the body ends.
 */
export function framingOf(head: ResponseHead): BodyFraming {
  if (head.status === 204 || head.status === 304) return { kind: 'length', bytes: 0 };
  const coding = head.headers.get('transfer-encoding');
  const length = head.headers.get('content-length');
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new HttpFault('protocol', `unknown transfer encoding "${coding}"`);
    if (length !== undefined) throw new HttpFault('protocol', 'both Content-Length and Transfer-Encoding');
    return { kind: 'chunked' };
  }
  if (length === undefined) return { kind: 'until-close' };
  const [first = '', ...others] = length.split(',').map((part) => part.trim());
  if (!/^\d{1,15}$/.test(first) || others.some((other) => other !== first)) {
    throw new HttpFault('protocol', `unusable Content-Length "${length}"`);
  }
  return { kind: 'length', bytes: Number(first) };
}
