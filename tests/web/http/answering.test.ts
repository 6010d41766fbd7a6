import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { answering } from '#lib/web/http/answering.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

/** Answers requests, and notes what is logged: the level, and the id of the request. */
function answers() {
  const logged: unknown[] = [];
  const levels = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      ({ requestId }: { requestId?: string }) => void logged.push(requestId === undefined ? level : [level, requestId]),
    ]),
  );
  const answer = answering(() => levels as never);
  return { logged, answer, fail: (error: unknown) => answer(() => Promise.reject(error)) };
}

describe('what answers requests', () => {
  it('passes an answer on as it is', async () => {
    const response = new Response('film');
    expect(await answers().answer(() => response)).toBe(response);
  });

  it('makes a problem of every failure, also of one that is thrown at once', async () => {
    const { answer, logged } = answers();
    const response = await answer(() => {
      throw new TypeError('undefined is not a function');
    }, 'request-7');
    expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
    const problem = await response.json();
    expect(JSON.stringify(problem)).not.toContain('undefined is not');
    expect([problem.requestId, logged]).toEqual(['request-7', [['error', 'request-7']]]);
  });

  it('logs no refusal: that is for the client', async () => {
    const { fail, logged } = answers();
    expect((await fail(new ProblemError('not-found', 'There is no such film.'))).status).toBe(404);
    expect(logged).toEqual([]);
  });

  it('logs a failure once until something succeeds, since pages ask again all the time', async () => {
    const { fail, answer, logged } = answers();
    const broken = () => new ReelError('store-corrupt', 'The file is damaged.');
    for (let times = 0; times < 3; times += 1) await fail(broken());
    expect(logged).toEqual(['warn', 'debug', 'debug']);
    await answer(() => new Response());
    await fail(broken());
    expect(logged.at(-1)).toBe('warn');
  });
});
