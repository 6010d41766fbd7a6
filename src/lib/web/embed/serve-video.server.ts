import { answering } from '#lib/web/http/answering.ts';
import { assertMethod } from '#lib/web/http/assert-method.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { playVideo } from '#lib/web/playback/playback.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { AnswerOptions } from './answer-options.ts';

const answer = answering(() => videoService().log);

/**
 * Serves a finished video: all of it, the range that a player asks for (`Range`, `If-Range`), or 304 for a copy that is
 * still right (`If-None-Match`). Mount it for GET and HEAD at `/videos/{file}`; the file is the last segment of the path,
 * and is looked up in the records, never used as a path. Anyone may watch: put your own login in front of it, if there is
 * one. Never rejects: an unknown, unsafe or unfinished name is a 404, and every error is `application/problem+json`.
 */
export function serveVideo(request: Request, options: AnswerOptions = {}): Promise<Response> {
  return answer(async () => {
    assertMethod(request, ['GET', 'HEAD']);
    const url = new URL(request.url);
    const response = await playVideo(fileNameIn(url), request, url, options.client);
    response.headers.set('x-content-type-options', 'nosniff');
    return response;
  }, options.requestId);
}

function fileNameIn({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1));
  } catch {
    throw new ProblemError('invalid-input', 'The address is not valid: it contains a wrong % sequence.');
  }
}
