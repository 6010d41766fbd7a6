import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';
import { problem } from '#lib/web/http/problem.ts';
import { SECURITY_HEADERS } from '#lib/web/http/security-headers.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/**
 * Runs before the adapter for every request to the built server: the adapter's static files never reach the app's own gate,
 * and a request with an empty or (HTTP/1.0) missing `Host` makes it write a plain line to the log.
 * Text is compressed if the client accepts that; static files are compressed at build time.
 */
export function frontDoor(handler: Handler): Handler {
  const compress = compression({ filter: shouldCompress });
  return (request, response, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (isUpload(request)) keepBody(request);
    if (request.headers.host) compress(request, response, () => handler(request, response, next));
    else void send(response, problem('invalid-input', 'The request has no Host header.'));
  };
}

/** A film for the media library, of any size: `PUT /api/media/{projectId}/files/{name}`. */
function isUpload({ method, url = '' }: IncomingMessage): boolean {
  return method === 'PUT' && /^\/api\/media\/[^/?]+\/files\/[^/?]+(\?|$)/.test(url);
}

/** The adapter limits the body of every request. It takes this one for empty, and the endpoint reads it itself. */
function keepBody({ headers }: IncomingMessage): void {
  headers['content-length'] = '0';
  delete headers['transfer-encoding'];
}

/** Called when the headers are known but can still be changed. */
function shouldCompress(request: IncomingMessage, response: ServerResponse): boolean {
  // A partial response must be of the original bytes; the other two have no body.
  if ([204, 206, 304].includes(response.statusCode)) return false;
  // Compression would delay events until its buffer is full.
  if (String(response.getHeader('content-type')).startsWith('text/event-stream')) return false;
  if (!compression.filter(request, response)) return false;
  const etag = response.getHeader('etag');
  const isOwn = response.getHeader('content-encoding') === undefined;
  // Different encodings of one text may only share a weak tag.
  if (isOwn && typeof etag === 'string' && !etag.startsWith('W/')) response.setHeader('etag', `W/${etag}`);
  return true;
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}
