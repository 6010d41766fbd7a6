import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { OpenAIVideosProvider, type OpenAIVideosProviderOptions } from '#lib/openai-videos/generate/provider.server.ts';
import type { OpenAIVideo, OpenAIVideosClient } from '#lib/openai-videos/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const { signal } = new AbortController();

/** @param answers what `retrieve` answers or throws, one after the other, the last for ever */
function provider(
  answers: Array<Partial<OpenAIVideo> | Error> = [{}],
  options: Partial<OpenAIVideosProviderOptions> = {},
) {
  const clock = new FakeClock(NOW_MS);
  const created: unknown[] = [];
  let nth = 0;
  const client = {
    ...{ baseUrl: 'http://a.example/v1', account: 'acc', clockAheadMs: 7 },
    create: async (...all: unknown[]) => {
      created.push(all);
      return { id: 'video_1', status: 'queued', raw: {} };
    },
    retrieve: async (id: string) => {
      const answer = answers[Math.min(nth++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return { id, status: 'completed', raw: {}, ...answer };
    },
    contentLink: (id: string, name: string) => ({ url: `http://a.example/${id}/${name}`, headers: { a: 'b' } }),
  } as unknown as OpenAIVideosClient;
  const made = new OpenAIVideosProvider(client, { request: { prompt: 'A harbour.' }, clock, ...options });
  return { made, clock, created, read: () => made.read({ taskId: 'video_1' } as never, signal) };
}

describe('the state of a task', () => {
  it.each<[OpenAIVideo['status'], string, object | undefined]>([
    ['queued', 'queued', undefined],
    ['in_progress', 'generating', undefined],
    ['completed', 'succeeded', undefined],
    ['failed', 'failed', { code: 'rejected', billable: 'maybe' }],
    ['cancelled', 'canceled', { code: 'aborted', billable: 'maybe', taskId: 'video_1' }],
    ['expired', 'failed', { code: 'expired', taskId: 'video_1' }],
    ['deleted', 'failed', { code: 'expired' }],
  ])('%s is %s', async (status, phase, failure) => {
    const state = await provider([{ status, error: { code: 'moderation_blocked' } }]).read();
    expect(state.phase).toBe(phase);
    if (failure) expect(state.failure).toMatchObject(failure);
    else expect(state.failure).toBeUndefined();
    expect(state.assets).toHaveLength(status === 'completed' ? 3 : 0);
    expect('charged' in state).toBe(status === 'completed');
  });
});

describe('the links of a finished video', () => {
  const untilOf = async (video: Partial<OpenAIVideo>, options: Partial<OpenAIVideosProviderOptions> = {}) =>
    (await provider([video], options).read()).assets[0]?.expiresAt?.getTime();
  const completedAt = new Date(NOW_MS - 10_000);

  it.each<[string, Partial<OpenAIVideo>, Partial<OpenAIVideosProviderOptions>, number | undefined]>([
    ['when the server says', { completedAt, expiresAt: new Date(NOW_MS + 5) }, {}, NOW_MS + 5],
    ['an hour after completion', { completedAt }, {}, NOW_MS - 10_000 + HOUR_MS],
    ['as long as was asked for after completion', { completedAt }, { assetLifetimeMs: 60_000 }, NOW_MS + 50_000],
    ['an hour after they were first seen', {}, {}, NOW_MS + HOUR_MS],
    ['when an earlier look has seen it', {}, { knownExpiry: new Date(NOW_MS + 9) }, NOW_MS + 9],
    ['by completion, whatever was seen', { completedAt }, { knownExpiry: new Date(1) }, NOW_MS - 10_000 + HOUR_MS],
    ['never, where the server keeps its films', { completedAt }, { assetLifetimeMs: 0 }, undefined],
    ['never, after a lifetime without end', { completedAt }, { assetLifetimeMs: Number.POSITIVE_INFINITY }, undefined],
    ['never, beyond the calendar', {}, { assetLifetimeMs: 1e15 }, undefined],
  ])('end %s', async (_what, video, options, expected) => {
    expect(await untilOf(video, options)).toBe(expected);
  });

  it('do not end later with every look', async () => {
    const { read, clock } = provider([{}]);
    const [first] = (await read()).assets;
    clock.advance(60_000);
    expect((await read()).assets[0]?.expiresAt).toEqual(first?.expiresAt);
  });

  it('are to a film that is needed, and to pictures that are not', async () => {
    const { assets } = await provider([{}], { pictures: ['thumbnail'] }).read();
    expect(assets.map(({ name, isStable, isOptional }) => [name, isStable, isOptional])).toEqual([
      ['video', true, undefined],
      ['thumbnail', undefined, true],
    ]);
    expect(assets[0]).toMatchObject({ url: 'http://a.example/video_1/video', headers: { a: 'b' } });
  });
});

describe('a job that the server refuses to show', () => {
  const refused = (code: 'not-found' | 'auth' | 'invalid-input') => new ReelError(code, 'refused', { requestId: 'r' });
  it.each(['not-found', 'auth'] as const)('with %s is waited for, for ten minutes', async (code) => {
    const { read, clock } = provider([refused(code)]);
    await expect(read()).rejects.toMatchObject({ code, retryable: true, requestId: 'r' });
    clock.advance(10 * 60_000 - 1);
    await expect(read()).rejects.toMatchObject({ retryable: true });
    clock.advance(1);
    await expect(read()).rejects.toMatchObject({ code, retryable: false });
  });

  it('is waited for anew once it was seen', async () => {
    const { read, clock } = provider([refused('not-found'), { status: 'queued' }, refused('not-found')]);
    await expect(read()).rejects.toMatchObject({ retryable: true });
    clock.advance(10 * 60_000);
    await read();
    await expect(read()).rejects.toMatchObject({ retryable: true });
  });

  it('for another reason is not waited for', async () => {
    await expect(provider([refused('invalid-input')]).read()).rejects.toMatchObject({ retryable: false });
  });
});

describe('a purchase', () => {
  it.each([
    [true, 'sub-1', 'resend'],
    [undefined, undefined, 'list'],
  ])('has a key only where the server honours it: %s', async (honours, idempotencyKey, kind) => {
    const { made, created } = provider([{}], { idempotencyKey: honours });
    expect(await made.submit({ prompt: 'x' }, { submissionId: 'sub-1', signal } as never)).toMatchObject({
      taskId: 'video_1',
    });
    expect(created).toMatchObject([[{ prompt: 'x' }, { idempotencyKey }]]);
    expect(made.lostAnswer.kind).toBe(kind);
  });

  it.each([
    [true, 'not-accepted'],
    [undefined, 'unknown'],
  ])('that is on no list means something only where the list is complete: %s', (listIsComplete, emptyMeans) => {
    expect(provider([{}], { listIsComplete }).made.lostAnswer).toMatchObject({ kind: 'list', emptyMeans });
  });

  it('is at one endpoint and one account', () => {
    const { made } = provider();
    expect([made.endpoint, made.account, made.clockAheadMs()]).toEqual(['http://a.example/v1', 'acc', 7]);
  });
});
