import { EVENT_HEADERS, eventsFor } from '#lib/web/events/answer.server.ts';
import type { VideoSource } from '#lib/web/events/snapshot.server.ts';
import type { answering } from '#lib/web/http/answering.ts';
import { assertMethod } from '#lib/web/http/assert-method.ts';
import type { SpendAccess } from '#lib/web/videos/view.ts';
import type { VideoEventsOptions } from './answer-options.ts';

/** Of a visitor without a session; whoever orders videos in another app knows its own rules. */
const READER: SpendAccess = { allowed: false, reason: 'Videos cannot be ordered here.', canLogIn: false };

/** Answers with the events of a source. */
export function eventsAnswerer(answer: ReturnType<typeof answering>, source: () => VideoSource) {
  return (request: Request, options: VideoEventsOptions): Promise<Response> => {
    const { requestId, access = READER, ...listener } = options;
    return answer(() => {
      assertMethod(request, ['GET', 'HEAD']);
      // A HEAD request would open a stream that nobody reads.
      if (request.method === 'HEAD') return new Response(null, { headers: EVENT_HEADERS });
      return eventsFor(request, { ...listener, access }, source());
    }, requestId);
  };
}
