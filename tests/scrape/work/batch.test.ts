import { describe, expect, it } from 'vitest';
import { type ErrorCode, ReelError } from '#lib/base/errors.ts';
import type { DownloadRequest, StoreResult } from '#lib/scrape/index.ts';
import { viewOf } from '#lib/scrape/record/views.ts';
import { runBatch } from '#lib/scrape/work/batch.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const film = (videoId: string, site = 'films.example'): DownloadRequest => ({
  ...{ url: `https://${site}/${videoId}`, channelId: 'news', videoId },
});
const record = viewOf(storedRecord('news/rome', {}));
const stored: StoreResult = { success: true, record, skipped: false };
const failed = (code: ErrorCode): StoreResult => ({ success: false, code, error: `for ${code}`, retryable: false });

describe('a batch', () => {
  it('counts what becomes of its films, and fails none because of another', async () => {
    const results = new Map([
      ['a', stored],
      ['b', { ...stored, skipped: true }],
      ['c', failed('not-found')],
      ['d', stored],
    ]);
    const seen: string[] = [];
    const batch = await runBatch(
      ['a', 'b', 'c', 'd'].map((id) => film(id)),
      async ({ videoId }) => results.get(videoId) ?? stored,
      { onResult: ({ videoId }) => seen.push(videoId) },
    );
    expect(batch).toEqual({
      ...{ stored: 2, skipped: 1 },
      failed: [{ request: film('c'), code: 'not-found', error: 'for not-found', retryable: false }],
    });
    expect(seen.sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('begins while its list is still being read', async () => {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    async function* list() {
      yield film('a');
      await begun;
      yield film('b');
    }
    const download = async () => {
      resolve();
      return stored;
    };
    expect(await runBatch(list(), download, {})).toMatchObject({ stored: 2 });
  });

  it('goes on at other sites while many films of one wait', async () => {
    const { promise: pause, resolve } = Promise.withResolvers<void>();
    const films = [...Array.from({ length: 500 }, (_, index) => film(`f${index}`)), film('other', 'other.example')];
    let calls = 0;
    const batch = runBatch(
      films,
      async ({ url }) => {
        calls += 1;
        if (url.startsWith('https://films.')) await pause;
        else resolve();
        return stored;
      },
      {},
    );
    await pause;
    expect(calls).toBeLessThan(100);
    expect(await batch).toMatchObject({ stored: 501 });
  });

  it.each<ErrorCode>(['config', 'auth', 'disk-full'])(
    'ends with %s, which would keep all from being stored',
    async (code) => {
      const asked: string[] = [];
      const batch = await runBatch(
        Array.from({ length: 200 }, (_, index) => film(`f${index}`)),
        async ({ videoId }, { signal }) => {
          asked.push(videoId);
          if (videoId === 'f0') return failed(code);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          return failed('aborted');
        },
        {},
      );
      expect(batch).toEqual({ stored: 0, skipped: 0, failed: [], stopped: { code, error: `for ${code}` } });
      expect(asked.length).toBeLessThan(200);
    },
  );

  it('ends without a failure when it is stopped, also while its list is being read', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    async function* list() {
      yield film('a');
      yield film('b');
      await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
      throw new ReelError('aborted', 'The list was stopped.');
    }
    const download = async ({ videoId }: DownloadRequest, { signal }: { signal: AbortSignal }) => {
      if (videoId === 'a') return stored;
      setImmediate(() => stop.abort());
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      return failed('aborted');
    };
    const batch = await runBatch(list(), download, {
      signal: stop.signal,
      onResult: ({ videoId }) => seen.push(videoId),
    });
    expect(batch).toEqual({ stored: 1, skipped: 0, failed: [] });
    expect(seen).toEqual(['a']);
  });

  it('passes on what its list throws, once what is under way has ended', async () => {
    let ended = 0;
    async function* list() {
      yield film('a');
      throw new Error('the channel is gone');
    }
    const download = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ended += 1;
      return stored;
    };
    await expect(runBatch(list(), download, {})).rejects.toThrow('the channel is gone');
    expect(ended).toBe(1);
  });
});
