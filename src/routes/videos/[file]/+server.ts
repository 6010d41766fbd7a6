import { endpoint } from '#lib/web/endpoint.server.ts';
import { playVideo } from '#lib/web/playback.server.ts';
import type { RequestHandler } from './$types';

const play: RequestHandler = endpoint(({ params, request, url }) => playVideo(params.file, request, url));

export const GET = play;
export const HEAD = play;
