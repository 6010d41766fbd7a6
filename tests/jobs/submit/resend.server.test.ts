import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { requestHash } from '#lib/jobs/submit/request-hash.server.ts';
import { JobBench, lostAnswer } from '../../fixtures/fake-provider.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';

const REQUEST = { prompt: 'a harbour' };

/** A service that honours submission ids, and a record whose submission got no answer `agoMs` ago. */
async function unanswered({ agoMs = 60_000, ...fields }: { agoMs?: number } & Record<string, unknown> = {}) {
  const bench = await JobBench.open();
  bench.provider.lostAnswer = { kind: 'resend', honouredForMs: 600_000 };
  const at = bench.iso(agoMs);
  const sent = { submissionId: 'the-id', request: REQUEST, requestHash: requestHash(REQUEST), sentAt: at, lostAt: at };
  await bench.given({ intent: intentAt(at, { ...sent, ...fields }) });
  return bench;
}

describe('a submission whose answer was lost, at a service that honours its id', () => {
  it('is sent again as it was, whatever the job says by now', async () => {
    const bench = await unanswered();
    expect(await bench.run({ request: { prompt: 'another one' } })).toMatchObject({
      status: 'ready',
      taskId: 'task-1',
    });
    expect([bench.provider.submitted, bench.provider.submissionIds]).toEqual([[REQUEST], ['the-id']]);
  });

  it('is sent again until an answer comes, and waits as long as the service asks for', async () => {
    const bench = await unanswered();
    const tooMany = new ReelError('rate-limited', 'slow down', {
      billable: 'no',
      retryable: true,
      retryAfterMs: 77_000,
    });
    bench.provider.onSubmit = async (nth) => {
      if (nth < 3) throw nth === 1 ? tooMany : lostAnswer();
      return { taskId: 'task-9' };
    };
    expect(await bench.run()).toMatchObject({ status: 'ready', taskId: 'task-9' });
    expect(bench.provider.submissionIds).toEqual(['the-id', 'the-id', 'the-id']);
    expect(bench.clock.waits.slice(0, 2)).toEqual([77_000, expect.closeTo(1500, -3)]);
  });

  it('ends after five tries, and stays unknown without being given up', async () => {
    const bench = await unanswered();
    bench.provider.onSubmit = () => Promise.reject(lostAnswer());
    await expect(bench.run()).rejects.toMatchObject({
      ...{ code: 'unknown-outcome', billable: 'maybe', retryable: true },
      message: expect.stringContaining('resent with the same id'),
    });
    expect(bench.provider.submitted).toHaveLength(5);
    expect((await bench.record()).intent).toMatchObject({ submissionId: 'the-id' });
  });

  it('ends at a refusal, which says nothing about the first request', async () => {
    const bench = await unanswered();
    bench.provider.onSubmit = () => Promise.reject(new ReelError('auth', 'wrong key', { billable: 'no' }));
    await expect(bench.run()).rejects.toMatchObject({
      ...{ code: 'unknown-outcome', billable: 'maybe' },
      message: expect.stringContaining('wrong key'),
    });
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['it is as old as the service remembers ids', { agoMs: 600_000 }, /may no longer recognize its id/],
    ['the clock was set back since', { agoMs: -1 }, /may no longer recognize its id/],
    ['it had no id', { submissionId: undefined }, /without an idempotency key/],
    ['its request is not on record', { request: undefined, requestHash: 'other' }, /its request was not saved/],
    ['it was made with another key', { account: 'theirs' }, /submitted with another key/],
  ])('is not sent again where %s', async (_why, fields, reason) => {
    const bench = await unanswered(fields);
    bench.provider.account = 'ours';
    const refused = { code: 'unknown-outcome', retryable: false, message: expect.stringMatching(reason) };
    await expect(bench.run()).rejects.toMatchObject(refused);
    expect(bench.provider.submitted).toEqual([]);
  });

  it('is not sent again at another service', async () => {
    const bench = await unanswered({ endpoint: 'https://theirs.test' });
    await expect(bench.run()).rejects.toMatchObject({ code: 'config' });
    expect(bench.provider.submitted).toEqual([]);
  });
});
