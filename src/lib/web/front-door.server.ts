import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/**
 * What every request to the built server passes before the adapter: its static files never reach the app's own gate, and
 * a request without `Host`, as only HTTP/1.0 allows it, or with an empty one makes it write a plain line into the log.
 */
export function frontDoor(handler: Handler): Handler {
  return (request, response, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (request.headers.host) handler(request, response, next);
    else void send(response, problem('invalid-input', 'The request does not say which host it is for.'));
  };
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}
