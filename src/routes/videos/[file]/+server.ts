import { visitorOf } from '#lib/web/access/visitor.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { playVideo } from '#lib/web/playback/playback.server.ts';
import type { RequestHandler } from './$types';

const play: RequestHandler = endpoint((event) =>
  playVideo(event.params.file, event.request, event.url, visitorOf(event)),
);

export const GET = play;
export const HEAD = play;
