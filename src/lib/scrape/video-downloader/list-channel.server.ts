import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { listArguments } from './plan/arguments.ts';
import { listedVideo } from './plan/listed-video.server.ts';
import { withSession } from './session.server.ts';
import type { DownloaderOptions, ListedVideo } from './types.ts';

/** Of pages; a channel with 100,000 videos stays far below. */
const MOST_LIST_BYTES = 512 * 1024 ** 2;

/**
 * The videos of a channel or playlist as its pages list them, the newest first on most sites; none of them is opened. Whoever
 * stops reading ends yt-dlp.
 * @throws ReelError as `downloadVideo`, after what had been listed until then
 */
export async function* listChannel(
  url: string,
  options: Omit<DownloaderOptions, 'onProgress' | 'postLiveWaitMs'> = {},
): AsyncGenerator<ListedVideo, void, undefined> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const folder = await mkdtemp(join(tmpdir(), 'reelkeep-list-')).catch((error: unknown) => {
    throw diskError(error, tmpdir(), 'downloading');
  });
  const found: ListedVideo[] = [];
  let wake = () => {};
  const listing = withSession({ url, folder }, { ...options, signal }, ({ run, common }) =>
    run(listArguments(url, common), MOST_LIST_BYTES, (line) => {
      const video = listedVideo(line);
      if (video) found.push(video);
      wake();
    }),
  );
  let isOver = false;
  const over = () => {
    isOver = true;
    wake();
  };
  listing.then(over, over);
  try {
    while (!isOver || found.length > 0) {
      yield* found.splice(0);
      if (!isOver && found.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    }
    await listing;
  } finally {
    stop.abort();
    await listing.catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}
