import { createHash } from 'node:crypto';
import { parseRange } from '#lib/base/http/byte-range.ts';
import { allowsRange, matchesWeakly } from '#lib/base/http/entity-tag.ts';
import { layoutOf } from './zip-layout.ts';
import { type ZipSource, zipStream } from './zip-stream.server.ts';

export interface ArchiveAnswerOptions {
  /** Of the download. ASCII without quotes. */
  fileName: string;
  /** Its `Range`, `If-Range` and `If-None-Match` are followed, and HEAD gets no body. */
  request?: Request | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * One archive of these files, in this order, as the answer to a request: of exact length, streamed in constant memory, and
 * with equal bytes every time, so that a download can be resumed.
 */
export function archiveAnswer(sources: readonly ZipSource[], options: ArchiveAnswerOptions): Response {
  const { request, signal, fileName } = options;
  const layout = layoutOf(sources);
  const etag = etagOf(sources);
  const headers = {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="${fileName}"`,
    'accept-ranges': 'bytes',
    etag,
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
  };
  if (matchesWeakly(request?.headers.get('if-none-match') ?? null, etag)) {
    return new Response(null, { status: 304, headers });
  }
  const range = rangeOf(request, etag, layout.sizeBytes);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${layout.sizeBytes}` } });
  }
  const wanted = range === 'whole' ? { start: 0, end: layout.sizeBytes - 1 } : range;
  const body = request?.method === 'HEAD' ? null : zipStream(layout, sources, wanted, signal);
  return new Response(body, {
    status: range === 'whole' ? 200 : 206,
    headers: {
      ...headers,
      'content-length': String(wanted.end - wanted.start + 1),
      ...(range !== 'whole' && { 'content-range': `bytes ${wanted.start}-${wanted.end}/${layout.sizeBytes}` }),
    },
  });
}

function rangeOf(request: Request | undefined, etag: string, sizeBytes: number) {
  // Range is defined for GET alone (RFC 9110 §14.2).
  if (request?.method !== 'GET' || !allowsRange(request.headers.get('if-range'), etag)) return 'whole';
  return parseRange(request.headers.get('range'), sizeBytes);
}

function etagOf(sources: readonly ZipSource[]): string {
  const hash = createHash('sha256');
  for (const { name, sizeBytes, modifiedMs, version } of sources) {
    hash.update(JSON.stringify([name, sizeBytes, modifiedMs, version]));
  }
  return `"${hash.digest('base64url')}"`;
}
