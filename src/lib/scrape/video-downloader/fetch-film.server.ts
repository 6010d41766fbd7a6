import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { ProgressSum } from './answers/progress.ts';
import { bytesIn } from './folder.server.ts';
import { downloadArguments } from './plan/arguments.ts';
import { type Plan, tooLarge } from './plan/page-info.ts';
import type { Session } from './session.server.ts';
import type { VideoProgress, VideoRequest } from './types.ts';

/** Pages and scripts; one without end would fill the memory of yt-dlp. */
export const MOST_PAGE_BYTES = 64 * 1024 ** 2;

interface FilmJob extends Session {
  request: VideoRequest & { maxBytes: number };
  report(progress: VideoProgress): void;
}

const finishedSchema = z.object({ filepath: z.string() });

/**
 * Has yt-dlp fetch what it has found on a page.
 * @param document what it wrote about the page
 * @returns the path of the finished file, in the folder of the request
 */
export async function fetchFilm(job: FilmJob, document: Record<string, unknown>, plan: Plan): Promise<string> {
  const { folder, maxBytes } = job.request;
  const { traffic } = job.proxy;
  const [bytesBefore, receivedBefore] = [await bytesIn(folder), traffic.bytesReceived];
  const sum = new ProgressSum(plan.sizes);
  const finished: string[] = [];
  await withPageFile(folder, document, (infoPath) =>
    job.run(
      downloadArguments({ infoPath, folder }, job.common, job.request),
      2 * maxBytes + MOST_PAGE_BYTES,
      (line) => {
        if (line.startsWith('F ')) finished.push(line.slice(2));
        if (!line.startsWith('P ')) return;
        const progress = sum.add(line.slice(2));
        if (sum.bytesCertain > maxBytes) throw tooLarge(sum.bytesCertain, maxBytes);
        if (progress) job.report(progress);
      },
    ),
  );
  const { path, sizeBytes } = await finishedFile(finished, folder);
  if (sizeBytes > maxBytes) throw tooLarge(sizeBytes, maxBytes);
  // Twice: putting tracks into another container adds some.
  if (sizeBytes > bytesBefore + 2 * (traffic.bytesReceived - receivedBefore)) throw passedByError();
  job.report({ stage: 'verifying', bytesReceived: sizeBytes });
  return path;
}

/** It may hold cookies and signed links: for its owner only, and only while it is needed. */
async function withPageFile(
  folder: string,
  document: Record<string, unknown>,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const path = join(folder, 'page.json');
  try {
    await writeFile(path, JSON.stringify(document), { mode: 0o600 }).catch((error: unknown) => {
      throw diskError(error, path, 'downloading');
    });
    await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Exit code 0 alone says nothing: yt-dlp also ends so when it has decided not to download. */
async function finishedFile(lines: readonly string[], folder: string): Promise<{ path: string; sizeBytes: number }> {
  if (lines.length > 1) {
    const message =
      'The format asked for makes several files. Choose one that makes one: picture and sound joined by +.';
    throw new ReelError('invalid-input', message, { stage: 'downloading' });
  }
  const named = finishedSchema.safeParse(JSON.parse(lines[0] ?? 'null')).data?.filepath;
  if (named === undefined) {
    const message = 'yt-dlp decided not to download this video, for its kind or size. Choose another format.';
    throw new ReelError('rejected', message, { stage: 'downloading' });
  }
  const path = resolve(named);
  const found = dirname(path) === folder ? await stat(path).catch(() => undefined) : undefined;
  if (found?.isFile() && found.size > 0) return { path, sizeBytes: found.size };
  throw new ReelError('provider-failed', 'yt-dlp says that the video is there, but there is no such file. Update it.', {
    stage: 'downloading',
  });
}

function passedByError(): ReelError {
  const message =
    'The video was fetched past our check of addresses, by a program that yt-dlp has started. It is not kept.';
  return new ReelError('blocked-address', message, { stage: 'downloading' });
}
