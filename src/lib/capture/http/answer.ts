import type { ErrorCode } from '#lib/base/errors.ts';
import { parseCrc64 } from '#lib/capture/check/crc64-text.ts';
import { parseContentRange, parseUnsatisfiedTotal } from './content-range.ts';
import { type BodyFraming, listOf, type ResponseHead } from './head.ts';

/** What an answer says about the whole object. Only a strong validator is kept: a weak one may stay through a change. */
export interface RemoteFacts {
  etag?: string | undefined;
  lastModified?: string | undefined;
  totalBytes?: number | undefined;
  /** CRC-64/XZ of the whole object as an unsigned decimal, also on a partial answer (`x-oss-hash-crc64ecma`). */
  crc64?: string | undefined;
  /** What the server says it did to the bytes (`gzip`), true or not. */
  coding?: string | undefined;
}

/** What was asked for: everything (`position` 0), or the rest of an object that we know by `facts`. */
export interface Asked {
  position: number;
  facts: RemoteFacts;
  /** Without conditions: only the checksum that the answer names can prove that it is the same object. */
  byChecksum?: boolean;
}

/** What to do with an answer. */
export type Answer =
  /**
   * Take the body as the whole file, from byte 0, and discard the bytes that we had. `doubt`: take it only if it begins as
   * an MP4; otherwise this is the reason, from the headers.
   */
  | { kind: 'whole'; facts: RemoteFacts; doubt?: string | undefined }
  /** Add the body to the part. */
  | { kind: 'rest'; facts: RemoteFacts }
  /** Nothing is missing. */
  | { kind: 'complete' }
  /** The validators are others than ours, as they are on another node; the checksum may be the same: ask by it alone. */
  | { kind: 'ask-by-checksum' }
  /** The part cannot be continued: ask again for everything. */
  | { kind: 'start-over'; reason: string }
  /** The link no longer works: a fresh one may. */
  | { kind: 'dead-link'; reason: string }
  /**
   * Try again later. Also after a response that is not valid for a download (204, 304, the rest of a file compressed):
   * a broken gateway or cache sends those, and no temporary fault may end the download of a paid result.
   */
  | { kind: 'later'; reason: string; code: ErrorCode }
  /** No repeat can help. */
  | { kind: 'refused'; reason: string; code: ErrorCode };

/** Temporary rejections: a timeout, a conflict or lock, a connection to the wrong server, too many requests. */
const LATER = new Set([408, 409, 421, 423, 425, 429]);

/** Decides by status and headers alone, before a byte of the body is written. */
export function readAnswer(head: ResponseHead, framing: BodyFraming, asked: Asked): Answer {
  const { status } = head;
  const reason = `the server answered ${status}`;
  if (status === 206) return readPartial(head, framing, asked);
  if (status === 416) return readUnsatisfied(head, asked);
  if (status === 412) {
    const mayBeSame = conditionsOf(asked).length > 0 && asked.facts.crc64 !== undefined;
    return mayBeSame ? { kind: 'ask-by-checksum' } : changed('the object has changed since this download began', asked);
  }
  if (status === 403 || status === 404 || status === 410) return { kind: 'dead-link', reason };
  if (LATER.has(status) || status >= 500) {
    return { kind: 'later', reason, code: status === 429 ? 'rate-limited' : 'network' };
  }
  if (status === 401 || status === 407) return { kind: 'refused', reason, code: 'auth' };
  if (status >= 400) return { kind: 'refused', reason, code: 'network' };
  if (status >= 300 || WITHOUT_BODY.has(status))
    return misfit(`${reason}, which is not a valid response to a download`);
  return readWhole(head, framing, asked);
}

/** A 2xx that has no body, or none of the object. */
const WITHOUT_BODY = new Set([204, 205]);
/** 203: a proxy on the way says that it may have changed something. */
const AS_ASKED = new Set([200, 203, 206]);

function readWhole(head: ResponseHead, framing: BodyFraming, asked: Asked): Answer {
  const facts = { ...remoteFactsOf(head), totalBytes: framing.kind === 'length' ? framing.bytes : undefined };
  const isOfOtherNode =
    conditionsOf(asked).length > 0 && !sameValidator(asked.facts, facts) && sameChecksum(asked.facts, facts);
  return isOfOtherNode ? { kind: 'ask-by-checksum' } : { kind: 'whole', facts, doubt: doubtOf(head, facts) };
}

/** What makes it doubtful that the body is the file, as long as its first bytes do not show it. */
function doubtOf({ status }: ResponseHead, { coding }: RemoteFacts): string | undefined {
  if (coding !== undefined) return `the server encoded the file (${coding}) although it was asked not to`;
  return AS_ASKED.has(status) ? undefined : `the server answered ${status} and sent no video`;
}

/** A 206 continues the part only on proof: same strong validator or checksum, right start, right end, right total. */
function readPartial(head: ResponseHead, framing: BodyFraming, asked: Asked): Answer {
  const range = parseContentRange(head.headers.get('content-range'));
  // Where nothing is there to be continued, the total may be unknown, as without a range: the file itself shows its end.
  if (!range || (range.total === undefined && asked.position > 0)) {
    return changed('a partial response without a usable Content-Range', asked);
  }
  if (range.start !== asked.position) return changed(`a partial response that starts at byte ${range.start}`, asked);
  if (range.total !== undefined && range.end !== range.total - 1) {
    return changed(`a partial response that ends at byte ${range.end}`, asked);
  }
  if (framing.kind === 'length' && framing.bytes !== range.end - range.start + 1) {
    return changed('a partial response whose length is not that of its range', asked);
  }
  const facts = { ...remoteFactsOf(head), totalBytes: range.total };
  return asked.position === 0 ? { kind: 'whole', facts, doubt: doubtOf(head, facts) } : readRest(facts, asked);
}

function readRest(facts: RemoteFacts, asked: Asked): Answer {
  const known = asked.facts;
  if (isCompression(facts.coding) && facts.coding !== known.coding) {
    // The middle of a file does not show whether that is true. The same words over its beginning were not.
    return misfit(`the server compressed the rest of the file (${facts.coding}) although it was asked not to`);
  }
  if (known.totalBytes !== undefined && known.totalBytes !== facts.totalBytes) {
    return changed('a partial response of another total size', asked);
  }
  if (known.crc64 !== undefined && facts.crc64 !== undefined && known.crc64 !== facts.crc64) {
    return changed('a partial response with another checksum', asked);
  }
  if (!sameValidator(known, facts) && !sameChecksum(known, facts)) {
    return changed('a partial response with neither the validator nor the checksum of the part file', asked);
  }
  return { kind: 'rest', facts: { ...known, ...definedOnly(facts) } };
}

function sameValidator(known: RemoteFacts, seen: RemoteFacts): boolean {
  if (known.etag !== undefined) return known.etag === seen.etag;
  return known.lastModified !== undefined && known.lastModified === seen.lastModified;
}

/** As good as a validator: it is of every byte of the object, and the whole file is checked against it in the end. */
function sameChecksum(known: RemoteFacts, seen: RemoteFacts): boolean {
  if (known.crc64 === undefined || known.crc64 !== seen.crc64) return false;
  return known.totalBytes === undefined || seen.totalBytes === undefined || known.totalBytes === seen.totalBytes;
}

/** Without a Range of ours there is nothing to drop, so asking again at once would change nothing: the server is at fault. */
function changed(reason: string, asked: Asked): Answer {
  return asked.position > 0 ? { kind: 'start-over', reason } : misfit(reason);
}

function misfit(reason: string): Answer {
  return { kind: 'later', reason, code: 'network' };
}

function readUnsatisfied(head: ResponseHead, asked: Asked): Answer {
  const total = parseUnsatisfiedTotal(head.headers.get('content-range'));
  const known = asked.facts.totalBytes;
  // The body of a 416 is an error page and never belongs into the part.
  if (asked.position > 0 && total === asked.position && (known === undefined || known === total)) {
    return { kind: 'complete' };
  }
  return changed('the server has no bytes after the end of the part file', asked);
}

/** What the headers say about the object. */
export function remoteFactsOf(head: ResponseHead): RemoteFacts {
  return {
    etag: strongEtag(head.headers.get('etag')),
    lastModified: strongDate(head.headers.get('last-modified'), head.headers.get('date')),
    crc64: parseCrc64(head.headers.get('x-oss-hash-crc64ecma')),
    coding: codingOf(head),
  };
}

/** What was done to the body beside cutting it into chunks; undefined for nothing. */
function codingOf({ headers }: ResponseHead): string | undefined {
  const all = [...listOf(headers.get('content-encoding')), ...listOf(headers.get('transfer-encoding'))];
  return all.filter((coding) => coding !== 'identity' && coding !== 'chunked').join(', ') || undefined;
}

/** Of the other words (`aws-chunked`, `utf-8`, `binary`, `none`) none says that the bytes are not the file's. */
function isCompression(coding: string | undefined): boolean {
  return coding !== undefined && /\b(gzip|deflate|compress|br|zstd|dcb|dcz)\b/.test(coding);
}

function strongEtag(etag: string | undefined): string | undefined {
  return etag !== undefined && /^"[\x21\x23-\x7e\x80-\xff]+"$/.test(etag) ? etag : undefined;
}

/**
 * A date is a strong validator only when the object was at rest for a while before it was sent (RFC 9110 §8.8.2.2):
 * it counts seconds, and two changes can fall into one.
 */
function strongDate(lastModified: string | undefined, date: string | undefined): string | undefined {
  const ageMs = Date.parse(date ?? '') - Date.parse(lastModified ?? '');
  return ageMs >= 60_000 ? lastModified : undefined;
}

function definedOnly(facts: RemoteFacts): RemoteFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** The headers that ask for the rest of an object; empty when nothing proves that the rest would fit our part. */
export function resumeHeaders(asked: Asked): Array<[string, string]> {
  if (asked.position === 0 || !canResume(asked.facts)) return [];
  return [['Range', `bytes=${asked.position}-`], ...conditionsOf(asked)];
}

/** What makes the server itself see that the object is another one by now. */
function conditionsOf({ position, facts, byChecksum = false }: Asked): Array<[string, string]> {
  const { etag, lastModified } = facts;
  if (position === 0 || byChecksum) return [];
  // OSS documents If-Match and not If-Range; with both, a server that knows only one of them still protects the part.
  if (etag !== undefined) {
    return [
      ['If-Match', etag],
      ['If-Range', etag],
    ];
  }
  return lastModified === undefined
    ? []
    : [
        ['If-Unmodified-Since', lastModified],
        ['If-Range', lastModified],
      ];
}

export function canResume(facts: RemoteFacts): boolean {
  return facts.etag !== undefined || facts.lastModified !== undefined || facts.crc64 !== undefined;
}
