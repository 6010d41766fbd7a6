import { resolve } from 'node:path';
import { callSafely } from '#lib/base/call-safely.ts';
import { timerMs } from '#lib/base/clock.ts';
import { type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
import { redactUrl } from '#lib/base/redact.ts';
import { anyVideo } from '#lib/capture/formats/formats.server.ts';
import { type CheckedFilm, checkFilm } from './check/check-film.server.ts';
import { fetchFilm, MOST_PAGE_BYTES } from './fetch-film.server.ts';
import { emptyFolder, keepOnlySame } from './folder.server.ts';
import { probeArguments } from './plan/arguments.ts';
import { assertBegun, assertNotLive } from './plan/live.ts';
import { onlyVideoOf, type PageInfo, planOf, type ReadPage, readPage, uploadedAtOf } from './plan/page-info.ts';
import { type Session, withSession } from './session.server.ts';
import { stopError } from './tool/run-lines.server.ts';
import type { DownloadedVideo, DownloadVideo, VideoProgress, VideoRequest } from './types.ts';

export type * from './types.ts';

const DEFAULT_MOST_BYTES = 4 * 1024 ** 3;
const DEFAULT_TIMEOUT_MS = 6 * 3_600_000;
/** Pages that only lead to another one. */
const MOST_STEPS = 3;
const POST_LIVE_WAIT_MS = 180_000;
const POST_LIVE_STEP_MS = 30_000;

/** After these the next call must not continue with what there is. */
const UNUSABLE: ReadonlySet<ErrorCode> = new Set(['not-a-video', 'integrity', 'too-large', 'blocked-address']);

/** What comes of HLS, and of picture and sound in two files, where nothing can put them into one MP4. */
const NEEDS_FFMPEG: ReadonlySet<ErrorCode> = new Set(['not-a-video', 'invalid-input']);

/** An announced video often has none yet; yt-dlp then fails before it tells when it begins, or with the site's words for it. */
const isWithoutFormats = ({ code, retryable, message }: ReelError) =>
  /No video formats found/.test(message) || (code === 'rejected' && retryable);

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
  await keepOnlySame(folder, plan.identity);
  try {
    const path = await fetchFilm(job, page.document, plan);
    const film = await checkFilm(path, anyVideo, plan);
    return describe(film, page.info, job.request.url);
  } catch (error) {
    if (!job.hasFfmpeg && isReelError(error) && NEEDS_FFMPEG.has(error.code)) throw ffmpegError(error);
    if (isReelError(error) && UNUSABLE.has(error.code)) await emptyFolder(folder);
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
    await job.clock.wait(Math.min(POST_LIVE_STEP_MS, leftMs), job.signal).catch(() => {
      throw stopError(job.signal);
    });
  }
}

async function probe(job: Job, url: string): Promise<ReadPage> {
  try {
    return await read(job, url);
  } catch (error) {
    if (!isReelError(error) || !isWithoutFormats(error)) throw error;
    const page = await read(job, url, ['--ignore-no-formats-error']).catch(() => undefined);
    if (page) assertBegun(page.info, job.clock.now());
    throw error;
  }
}

async function read(job: Job, url: string, more: readonly string[] = []): Promise<ReadPage> {
  const lines: string[] = [];
  await job.run(probeArguments(url, job.common, job.request, more), MOST_PAGE_BYTES, (line) => {
    // Between the lines of its traffic.
    if (line.startsWith('{')) lines.push(line);
  });
  return readPage(lines.join('\n'));
}

function describe(film: CheckedFilm, info: PageInfo, url: string): DownloadedVideo {
  return {
    ...film,
    title: info.title,
    sourceId: info.id,
    sourceUrl: sourceUrlOf(info, url),
    extractor: info.extractor_key,
    uploadedAt: uploadedAtOf(info),
  };
}

/** A page of a known site is named by its query (`watch?v=…`); any other may be a link that a query signs. */
function sourceUrlOf({ extractor_key = 'Generic', webpage_url }: PageInfo, url: string): string {
  const isKnown = webpage_url !== undefined && !/^(Generic|HTML5MediaEmbed)$/.test(extractor_key);
  return isKnown ? webpage_url : redactUrl(webpage_url ?? url);
}

function ffmpegError(cause: ReelError): ReelError {
  const message = `${cause.message} There is no ffmpeg on PATH, which many videos need: install it, then run it again.`;
  return new ReelError('config', message, { stage: 'configuring', cause });
}

function timeoutError(timeoutMs: number): ReelError {
  const message = `The video was not there after ${timeoutMs} ms (timeoutMs). Run it again to continue.`;
  return new ReelError('timeout', message, { stage: 'downloading' });
}
