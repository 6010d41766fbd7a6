import { HttpFault } from './fault.ts';

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

/** What may stand in a line: no NUL, and no CR or LF of its own, which others would take for the end of the line. */
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d{2})(?: [^\0\r\n]*)?$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*$/;

/** Parses the text of a head without its final empty line. Throws HttpFault `protocol` on anything irregular. */
export function parseHead(text: string): ResponseHead {
  // RFC 9112 §5.2: a line that begins with white space goes on with the field before it.
  const [statusLine = '', ...lines] = text.split(/\r\n(?![ \t])/);
  const match = STATUS_LINE.exec(statusLine);
  if (!match) throw new HttpFault('protocol', 'the response does not start with an HTTP/1 status line');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const field = FIELD_LINE.exec(line.replace(/[ \t]*\r\n[ \t]+/g, ' '));
    if (!field) throw new HttpFault('protocol', 'the response has a malformed header line');
    const name = (field[1] ?? '').toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? (field[2] ?? '') : `${before}, ${field[2]}`);
  }
  return { status: Number(match[1]), headers };
}

/** The members of a list header in lower case, without the empty ones. */
export function listOf(value = ''): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
}

/**
 * RFC 9112 §6.3, strictly: two lengths that differ, a length beside a transfer coding, or a body whose last coding is not
 * `chunked` end the answer, because each leaves open where the body ends. Said twice, `chunked` is applied once, as every
 * other client reads it; what else was done to the body is for the reader of the body.
 */
export function framingOf(head: ResponseHead): BodyFraming {
  if (head.status === 204 || head.status === 304) return { kind: 'length', bytes: 0 };
  const codings = listOf(head.headers.get('transfer-encoding')).filter((coding) => coding !== 'identity');
  const length = head.headers.get('content-length');
  if (codings.length > 0) {
    const first = codings.indexOf('chunked');
    if (first === -1 || codings.slice(first).some((coding) => coding !== 'chunked')) {
      throw new HttpFault('protocol', `unusable transfer encoding "${codings.join(', ')}"`);
    }
    if (length !== undefined) throw new HttpFault('protocol', 'both Content-Length and Transfer-Encoding');
    return { kind: 'chunked' };
  }
  if (length === undefined) return { kind: 'until-close' };
  const [first = '', ...others] = length.split(',').map((part) => part.trim());
  const bytes = Number(first);
  if (!/^\d+$/.test(first) || !Number.isSafeInteger(bytes) || others.some((other) => other !== first)) {
    throw new HttpFault('protocol', `unusable Content-Length "${length}"`);
  }
  return { kind: 'length', bytes };
}
