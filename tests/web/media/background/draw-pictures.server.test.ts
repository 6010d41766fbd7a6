import { expect, it, vi } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { FinishedPictures, FinishPicturesOptions } from '#lib/media/index.ts';
import { MediaPictureWork } from '#lib/web/media/background/draw-pictures.server.ts';

const FILM = { projectId: 'p', id: 'a', name: 'a.mp4' };
const log = () => ({ debug: vi.fn(), warn: vi.fn(), error: vi.fn() });
type Finish = (options: FinishPicturesOptions) => Promise<FinishedPictures[]>;

/** Started, and at rest. */
async function started(finish: Finish, nowMs?: () => number) {
  const asked = vi.fn(finish);
  const work = new MediaPictureWork(asked, nowMs);
  const own = log();
  work.start(own);
  await work.look();
  return { work, own, asked };
}

it('looks when a film may have come, once for those that come meanwhile, and not in a process that has not begun', async () => {
  const idle = new MediaPictureWork(async () => {
    throw new Error('asked');
  });
  await idle.look();
  let release = () => {};
  const { work, asked } = await started(async () => []);
  asked.mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return [];
  });
  const before = asked.mock.calls.length;
  void work.look();
  void work.look();
  const last = work.look();
  release();
  await last;
  expect(asked.mock.calls.length - before).toBe(2);
  await work.stop();
  await work.look();
  expect(asked.mock.calls.length - before).toBe(2);
});

it('says once what is missing, and leaves a film that could not be read for later', async () => {
  let nowMs = 0;
  const error = new ReelError('network', 'The store is away.');
  const { work, own, asked } = await started(
    async ({ only }) => (only?.(FILM) ? [{ film: FILM, missing: [error.message], error }] : []),
    () => nowMs,
  );
  const isAsked = () => asked.mock.lastCall?.[0].only?.(FILM);
  expect(isAsked()).toBe(false);
  nowMs += 600_000;
  expect(isAsked()).toBe(true);
  await work.look();
  expect(own.warn.mock.calls).toEqual([[{ film: 'p/a' }, 'The store is away.']]);
  await work.stop();
});

it('ends what is under way when the server ends, and says nothing of it', async () => {
  const { work, own, asked } = await started(async () => []);
  asked.mockImplementationOnce(async ({ signal }) => {
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    return [{ film: FILM, missing: ['aborted'], error: new ReelError('aborted', 'aborted') }];
  });
  void work.look();
  await work.stop();
  expect(own.warn).not.toHaveBeenCalled();
});

it('says once that records cannot be read', async () => {
  const { work, own } = await started(async () => {
    throw new ReelError('store-corrupt', 'unreadable');
  });
  await work.look();
  expect([own.error.mock.calls.length, own.debug.mock.calls.length > 0]).toEqual([1, true]);
  await work.stop();
});
