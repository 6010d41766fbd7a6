import { describe, expect, it, vi } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { FilmPictures } from '#lib/pictures/index.ts';
import { PictureWork } from '#lib/web/pictures/picture-work.ts';

function work(make: () => Promise<FilmPictures | undefined>) {
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const [made, stop, onMade] = [vi.fn(make), new AbortController(), vi.fn()];
  const isOn = vi.fn(() => true);
  const listDue = vi.fn(async () => [{ spotId: 'eiffel-tower', eraId: 'due' }]);
  const options = { log, signal: stop.signal, isOn, make: made, listDue, onMade };
  return { ...options, work: new PictureWork(options), made, stop };
}

describe('the pictures of finished films', () => {
  it('are made for those that an earlier run left due', async () => {
    const { work: pictures, made, onMade } = work(async () => ({}));
    await pictures.makeDue();
    expect(made.mock.calls).toEqual([['eiffel-tower', 'due', expect.anything()]]);
    expect(onMade).toHaveBeenCalledWith('eiffel-tower/due');
  });

  it('are reported missing once, however many films have none', async () => {
    const { work: pictures, log } = work(async () => ({ missing: ['No poster: ffmpeg was not found on PATH.'] }));
    await pictures.make('a', 'b');
    await pictures.make('c', 'd');
    expect(log.warn.mock.calls).toEqual([[{ video: 'a/b' }, expect.stringMatching(/ffmpeg was not found/)]]);
  });

  it('may not even be looked for', async () => {
    const { work: pictures, listDue, log } = work(async () => ({}));
    listDue.mockRejectedValue(new ReelError('store-corrupt', 'Unreadable.'));
    await pictures.makeDue();
    expect(log.error).toHaveBeenCalledTimes(1);
  });

  it('may fail without harm, and stop without a word', async () => {
    const failing = work(() => Promise.reject(new ReelError('disk-full', 'No space left.')));
    await failing.work.make('a', 'b');
    expect(failing.log.warn).toHaveBeenCalledTimes(1);
    const stopped = work(() => Promise.reject(new ReelError('aborted', 'Stopped.')));
    await stopped.work.make('a', 'b');
    expect(stopped.log.warn).not.toHaveBeenCalled();
  });

  it('are not made where the setting says so, nor once the server stops', async () => {
    const { work: pictures, made, stop, isOn } = work(async () => ({}));
    isOn.mockReturnValueOnce(false).mockReturnValueOnce(false);
    await pictures.make('a', 'b');
    await pictures.makeDue();
    stop.abort();
    await pictures.make('a', 'b');
    expect(made).not.toHaveBeenCalled();
  });
});
