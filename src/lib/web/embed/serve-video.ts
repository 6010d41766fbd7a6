import type { answering } from '#lib/web/http/answering.ts';
import { assertMethod } from '#lib/web/http/assert-method.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import type { AnswerOptions } from './answer-options.ts';

/** Answers with the video that the path of a request ends in. */
export function videoAnswerer(
  answer: ReturnType<typeof answering>,
  play: (name: string, request: Request, url: URL, client?: string) => Promise<Response>,
) {
  return (request: Request, { client, requestId }: AnswerOptions): Promise<Response> =>
    answer(async () => {
      assertMethod(request, ['GET', 'HEAD']);
      const url = new URL(request.url);
      const response = await play(fileNameIn(url), request, url, client);
      response.headers.set('x-content-type-options', 'nosniff');
      return response;
    }, requestId);
}

function fileNameIn({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1));
  } catch {
    throw new ProblemError('invalid-input', 'The address is not valid: it contains a wrong % sequence.');
  }
}
