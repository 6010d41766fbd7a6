import { EVENT_HEADERS, eventsFor } from '#lib/web/events/answer.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { RequestHandler } from './$types';

/** Server-sent events: `snapshot`, then `video` and `spend`. */
export const GET: RequestHandler = endpoint((event) => eventsFor(event, videoService()));

// Without it, a HEAD request would open a stream with no reader.
export const HEAD: RequestHandler = () => new Response(null, { headers: EVENT_HEADERS });
