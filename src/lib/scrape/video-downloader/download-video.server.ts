import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { callSafely } from '#lib/base/call-safely.ts';
import { timerMs } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { redactUrl } from '#lib/base/redact.ts';
import { anyVideo } from '#lib/capture/formats/formats.server.ts';
import { ProgressSum } from './answers/progress.ts';
import { assertFile, type CheckedFilm, checkFilm } from './check/check-film.server.ts';
import { downloadArguments, probeArguments } from './plan/arguments.ts';
import { assertNotLive } from './plan/live.ts';
import {
  onlyVideoOf,
  type PageInfo,
  type Plan,
  planOf,
  type ReadPage,
  readPage,
  tooLarge,
  uploadedAtOf,
} from './plan/page-info.ts';
import { type Session, withSession } from './session.server.ts';
import type { DownloadedVideo, DownloadVideo, VideoProgress, VideoRequest } from './types.ts';

export type * from './types.ts';

const DEFAULT_MOST_BYTES = 4 * 1024 ** 3;
const DEFAULT_TIMEOUT_MS = 6 * 3_600_000;
/** Pages and scripts; one without end would fill the memory of yt-dlp. */
const MOST_PAGE_BYTES = 64 * 1024 ** 2;
/** Pages that only lead to another one. */
const MOST_STEPS = 3;
const POST_LIVE_WAIT_MS = 180_000;
const POST_LIVE_STEP_MS = 30_000;

type Report = (progress: VideoProgress) => void;

interface Job extends Session {
  request: VideoRequest & { maxBytes: number };
  report: Report;
  signal: AbortSignal;
  postLiveWaitMs: number;
}

export const downloadVideo: DownloadVideo = async (request, options = {}) => {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MOST_BYTES } = request;
  const folder = resolve(request.folder);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(timeoutError(timeoutMs)), timerMs(timeoutMs));
  const signal = AbortSignal.any([limit.signal, ...(options.signal ? [options.signal] : [])]);
  const report: Report = (progress) => callSafely(options.onProgress, progress);
  try {
    return await withSession({ url: request.url, folder }, { ...options, signal }, (session) =>
      downloadIn({
        ...session,
        ...{ request: { ...request, folder, maxBytes }, report, signal },
        postLiveWaitMs: options.postLiveWaitMs ?? POST_LIVE_WAIT_MS,
      }),
    );
  } finally {
    clearTimeout(timer);
  }
};

async function downloadIn(job: Job): Promise<DownloadedVideo> {
  const { folder, maxBytes } = job.request;
  job.report({ stage: 'probing', bytesReceived: 0 });
  const page = await findVideo(job);
  const plan = planOf(page.info, maxBytes);
  await keepOnlySame(folder, plan);
  const path = await fetchFilm(job, page, plan);
  try {
    const film = await checkFilm(path, anyVideo, plan);
    return describe(film, page.info, job.request.url);
  } catch (error) {
    // What is damaged must not be what the next call continues.
    await emptyFolder(folder);
    throw error;
  }
}

/** Reads the page, and those that it leads to, until there is a video. */
async function findVideo(job: Job): Promise<ReadPage> {
  let { url } = job.request;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const page = await readSettledPage(job, url);
    const found = onlyVideoOf(page);
    if (found === 'itself') return page;
    url = found.url;
  }
  throw new ReelError('rejected', 'This page leads from one page to the next, and to no video.', {
    stage: 'downloading',
  });
}

/** A stream that has just ended is soon a video; some sites never say so, and then the file decides. */
async function readSettledPage(job: Job, url: string): Promise<ReadPage> {
  const lastMs = job.clock.now() + job.postLiveWaitMs;
  for (;;) {
    const page = await probe(job, url);
    assertNotLive(page.info, job.clock.now());
    const leftMs = lastMs - job.clock.now();
    if (page.info.live_status !== 'post_live' || leftMs <= 0) return page;
    await job.clock.wait(Math.min(POST_LIVE_STEP_MS, leftMs), job.signal);
  }
}

async function probe(job: Job, url: string): Promise<ReadPage> {
  const lines: string[] = [];
  await job.run(probeArguments(url, job.common, job.request), MOST_PAGE_BYTES, (line) => lines.push(line));
  return readPage(lines.join('\n'));
}

const finishedSchema = z.object({ filepath: z.string() });

/** @returns the path of the file that yt-dlp says is finished, which is in the folder */
async function fetchFilm(job: Job, { document }: ReadPage, plan: Plan): Promise<string> {
  const { folder, maxBytes } = job.request;
  const infoPath = join(folder, 'page.json');
  // Without its address yt-dlp does not read the page once more by itself when the transfer fails.
  await writeFile(infoPath, JSON.stringify({ ...document, webpage_url: undefined }));
  const sum = new ProgressSum(plan.sizes);
  const finished: string[] = [];
  const onLine = (line: string) => {
    if (line.startsWith('F ')) finished.push(line.slice(2));
    if (!line.startsWith('P ')) return;
    const progress = sum.add(line.slice(2));
    if (sum.bytesCertain > maxBytes) throw tooLarge(sum.bytesCertain, maxBytes);
    if (progress) job.report(progress);
  };
  const args = downloadArguments({ infoPath, folder }, job.common, job.request);
  try {
    await job.run(args, 2 * maxBytes + MOST_PAGE_BYTES, onLine);
  } finally {
    // It may hold cookies and signed links.
    await rm(infoPath, { force: true });
  }
  job.report({ stage: 'verifying', bytesReceived: sum.bytesReceived });
  return await finishedFile(finished, job);
}

/** Exit code 0 alone says nothing: yt-dlp also ends so when it has decided not to download. */
async function finishedFile(lines: readonly string[], { request, proxy }: Job): Promise<string> {
  const [only, another] = lines.map((line) => finishedSchema.safeParse(JSON.parse(line)).data?.filepath);
  if (only === undefined || another !== undefined) throw nothingMade(another !== undefined);
  const path = resolve(only);
  if (dirname(path) !== request.folder) throw nothingMade(false);
  await assertFile(path);
  // Whatever fetched it went past the check of addresses.
  if (proxy.traffic.requests === 0) throw nothingMade(false);
  return path;
}

function nothingMade(isSeveral: boolean): ReelError {
  const message = isSeveral
    ? 'The format asked for makes several files. Choose one that makes one, with + between picture and sound.'
    : 'yt-dlp ended without a video: it refused the file, for its size or kind. Choose another format or a higher limit.';
  return new ReelError(isSeveral ? 'invalid-input' : 'rejected', message, { stage: 'downloading' });
}

function describe(film: CheckedFilm, info: PageInfo, url: string): DownloadedVideo {
  return {
    ...film,
    title: info.title,
    sourceId: info.id,
    sourceUrl: redactUrl(info.webpage_url ?? url),
    extractor: info.extractor_key,
    uploadedAt: uploadedAtOf(info),
  };
}

/** What a call that was cut has left only belongs to the same video in the same formats. */
async function keepOnlySame(folder: string, { identity }: Plan): Promise<void> {
  const path = join(folder, 'identity.txt');
  try {
    const before = await readFile(path, 'utf8').catch(() => undefined);
    if (before !== identity) await emptyFolder(folder);
    await writeFile(path, identity);
  } catch (error) {
    throw diskError(error, path, 'downloading');
  }
}

async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const ours = names.filter((name) => name !== 'local-ffmpeg');
  await Promise.all(ours.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function timeoutError(timeoutMs: number): ReelError {
  const message = `The video was not there after ${timeoutMs} ms (timeoutMs). Run it again to continue.`;
  return new ReelError('timeout', message, { stage: 'downloading' });
}
