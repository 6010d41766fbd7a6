import { expect, it } from 'vitest';
import { problemOf } from '#lib/fal/answers/errors.ts';
import { endOf } from '#lib/fal/generate/failed-request.ts';
import { generateWithFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it.each([
  ['moderation', undefined, 'rejected', null],
  ['wrong-input', undefined, 'invalid-input', null],
  ['job-failed', 'bad_request', 'invalid-input', null],
  ['job-failed', 'runner_disconnected', 'provider-failed', 0],
  ['silent-failure', 'runner_disconnected', 'provider-failed', 0],
] as const)('ends %s (%s) as %s, and buys it again only where it was free', async (fault, code, ended, usd) => {
  const { fal, tuning, posts, records } = await falProject();
  fal.script({ fault, ...(code && { code }) });
  const [{ requestId = '' } = {}] = [await generateWithFal(MODEL, INPUT, tuning)].flatMap((result) =>
    result.success ? [] : result,
  );
  expect(requestId).not.toBe('');
  expect(records()).toMatchObject([{ status: 'failed', errorCode: ended, receipt: { charged: { usd } } }]);
  const again = await generateWithFal(MODEL, INPUT, tuning);
  expect(again.success).toBe(usd === 0);
  expect(posts()).toBe(usd === 0 ? 2 : 1);
  expect(await generateWithFal(MODEL, INPUT, { ...tuning, force: true })).toMatchObject({ success: true });
});

it('repeats nothing that was put in', () => {
  const prompt = 'A secret harbour at dawn.';
  const detail = [{ loc: ['body', 'prompt'], msg: `Not "${prompt}"!`, type: 'content_policy_violation' }];
  const problem = problemOf({ status: 422, headers: {}, body: { detail } });
  const { failure, phase } = endOf('r', { type: undefined, message: undefined }, problem, {
    prompt,
    deep: [{ x: 'abc' }],
  });
  expect(phase).toBe('failed');
  expect(failure?.message).toContain('prompt: Not "…"!');
});

it.each([
  // The status alone says why, and a gateway's page says nothing.
  [{ type: 'runner_disconnected', message: 'gone' }, undefined, 'provider-failed', 'no'],
  [{ type: undefined, message: 'gone' }, { status: 504, headers: {}, body: '<html>' }, 'provider-failed', 'maybe'],
] as const)('ends by %j and %j', (stated, answer, code, billable) => {
  const { failure } = endOf('r', stated, answer && problemOf(answer), {});
  expect(failure).toMatchObject({ code, billable, message: expect.stringContaining('gone') });
});

it('tells a cancelled request apart', () => {
  expect(endOf('r', { type: 'client_cancelled', message: 'x' }, undefined, {})).toMatchObject({
    ...{ phase: 'canceled', failure: { code: 'aborted' } },
  });
});
