import { endpoint } from '#lib/web/endpoint.server.ts';
import { playVideo } from '#lib/web/playback.server.ts';
import { visitorOf } from '#lib/web/visitor.server.ts';
import type { RequestHandler } from './$types';

const play: RequestHandler = endpoint((event) =>
  playVideo(event.params.file, event.request, event.url, visitorOf(event)),
);

export const GET = play;
export const HEAD = play;
