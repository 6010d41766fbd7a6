import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { findVideos, type VideoLookup } from '#lib/openai-videos/generate/lost-video.ts';
import type { OpenAIVideo } from '#lib/openai-videos/index.ts';

const ASKED = { prompt: 'A harbour at dawn.', model: 'sora-2', seconds: '8', size: '1280x720' };
const AT = new Date('2026-11-21T12:00:00Z');
const video = (changes: Partial<OpenAIVideo>): OpenAIVideo => ({
  ...{
    id: 'v',
    status: 'queued',
    createdAt: AT,
    model: 'sora-2',
    prompt: ASKED.prompt,
    seconds: 8,
    size: '1280x720',
    raw: {},
  },
  ...changes,
});

function find(rows: OpenAIVideo[], { shown = [], except = [] }: { shown?: OpenAIVideo[]; except?: string[] } = {}) {
  const client: VideoLookup = {
    async *list() {
      yield* rows;
    },
    async retrieve(id) {
      const found = shown.find((one) => one.id === id);
      if (!found) throw new ReelError('not-found', 'no');
      return found;
    },
  };
  return findVideos(client, { request: ASKED, except: new Set(except), signal: new AbortController().signal });
}

const facts = { taskId: 'v', status: 'queued', submittedAt: AT.toISOString() };

describe('a video on the list', () => {
  it.each<[string, Partial<OpenAIVideo>]>([
    ['the same', {}],
    ['the same with its provider before the model', { model: 'openai/sora-2' }],
    ['other white space', { prompt: ' A harbour  at dawn.\n' }],
  ])('is ours: %s', async (_name, changes) => {
    expect(await find([video(changes)])).toEqual([{ ...facts, isCertain: true }]);
  });

  it('is ours where nothing but the prompt is shown', async () => {
    expect(await find([{ id: 'v', status: 'queued', prompt: ASKED.prompt, createdAt: AT, raw: {} }])).toEqual([
      { ...facts, isCertain: true },
    ]);
  });

  it.each<[string, Partial<OpenAIVideo>]>([
    ['another model', { model: 'sora-2-pro' }],
    ['another size', { size: '720x1280' }],
    ['another length', { seconds: 4 }],
    ['the prompt cut short', { prompt: 'A harbour at' }],
  ])('may be ours, which a person decides: %s', async (_name, changes) => {
    expect(await find([video(changes)])).toEqual([{ ...facts, isCertain: false, isSimilar: true }]);
  });

  it('is another one with another prompt, or is on record already', async () => {
    expect(await find([video({ prompt: 'A harbour at dusk.' }), video({ id: 'w' })], { except: ['w'] })).toEqual([]);
  });

  it('is looked at where it shows no prompt', async () => {
    const bare: OpenAIVideo = { id: 'v', status: 'queued', raw: {} };
    expect(await find([bare], { shown: [video({})] })).toEqual([{ ...facts, isCertain: true }]);
    expect(await find([bare])).toEqual([{ taskId: 'v', status: 'queued', submittedAt: undefined, isCertain: false }]);
    expect(await find([{ ...bare, status: 'failed' }])).toEqual([]);
  });
});

describe('a list that cannot be read', () => {
  const failing = (error: ReelError, rows: OpenAIVideo[] = []) =>
    findVideos(
      {
        async *list() {
          yield* rows;
          throw error;
        },
        retrieve: () => Promise.reject(error),
      },
      { request: ASKED, except: new Set(), signal: new AbortController().signal },
    );

  it('is not offered by this server', async () => {
    expect(await failing(new ReelError('not-found', '404'))).toBe('not-offered');
    expect(await failing(new ReelError('provider-failed', '501', { retryable: false }))).toBe('not-offered');
  });

  it.each([
    [new ReelError('provider-failed', '500', { retryable: true }), []],
    [new ReelError('auth', '401'), []],
    [new ReelError('not-found', '404 on the second page'), [video({ id: 'w' })]],
  ])('fails for now: %s', async (error, rows) => {
    await expect(failing(error, rows)).rejects.toBe(error);
  });
});
