import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';
import { problem } from '#lib/web/http/problem.ts';
import { SECURITY_HEADERS } from '#lib/web/http/security-headers.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/**
 * What every request to the built server passes before the adapter: its static files never reach the app's own gate, and
 * a request without `Host`, as only HTTP/1.0 allows it, or with an empty one makes it write a plain line into the log.
 * Text leaves compressed where the client takes that; the static files are compressed already, when the app is built.
 */
export function frontDoor(handler: Handler): Handler {
  const compress = compression({ filter: isToCompress });
  return (request, response, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (request.headers.host) compress(request, response, () => handler(request, response, next));
    else void send(response, problem('invalid-input', 'The request does not say which host it is for.'));
  };
}

/** Called when the headers are known, and may still change. */
function isToCompress(request: IncomingMessage, response: ServerResponse): boolean {
  // A part is one of the bytes as they are; the other two have none.
  if ([204, 206, 304].includes(response.statusCode)) return false;
  // What is held back until enough has come together to be compressed is no news any more.
  if (String(response.getHeader('content-type')).startsWith('text/event-stream')) return false;
  if (!compression.filter(request, response)) return false;
  const etag = response.getHeader('etag');
  const isOwn = response.getHeader('content-encoding') === undefined;
  // Of several encodings of one text only a weak tag may be the same.
  if (isOwn && typeof etag === 'string' && !etag.startsWith('W/')) response.setHeader('etag', `W/${etag}`);
  return true;
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}
