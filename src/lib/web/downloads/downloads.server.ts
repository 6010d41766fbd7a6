import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import * as z from 'zod';
import { isReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import {
  assetDownloadManager,
  type DownloadEvent,
  type DownloadedAsset,
  type DownloadJob,
  findGeneratedFile,
  resumeOpenAIVideos,
  stopOpenAIVideos,
} from '#lib/openai-videos/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';
import { readSmallBody } from '#lib/web/http/small-body.ts';
import { picturesView } from '#lib/web/pictures/pictures-view.ts';
import { serveFile } from '#lib/web/playback/playback.server.ts';
import type { DownloadStatusView, DownloadView } from './downloads-view.ts';

const NO_STORE = { 'cache-control': 'no-store' };
const statusQuerySchema = z.object({ limit: z.coerce.number().int().min(1).max(500).optional() });
/** Ids are exact, also in what stands around them. */
const bodySchema = z.looseObject({ notionPageId: z.string().regex(/\S/) });

/** What a visitor who may not retry reads: the message of a service is not for the public. */
const PUBLIC_ERRORS: Partial<Record<DownloadJob['status'], string>> = {
  pending: 'The last try failed; the next one follows.',
  downloading: 'The last try failed; the next one follows.',
  failed: 'The download failed.',
  expired: 'Download window expired.',
};

/**
 * @param mayRetry whether the visitor sees errors in full
 * @throws ProblemError `invalid-input`
 */
export function downloadStatus({ searchParams }: URL, mayRetry: boolean): DownloadStatusView {
  const query = statusQuerySchema.safeParse(Object.fromEntries(searchParams)).data;
  if (!query) throw new ProblemError('invalid-input', 'The query is not valid: see docs/openapi.json.');
  const expiring = assetDownloadManager.getExpiringDownloads();
  const nowMs = Date.now();
  return {
    summary: assetDownloadManager.getDownloadSummary(),
    pending: assetDownloadManager.getPendingDownloads().length,
    expiring: expiring.length,
    expiringDownloads: expiring.map(({ notionPageId, soraVideoId, expiresAt }) => ({
      ...{ notionPageId, soraVideoId, expiresAt: expiresAt.toISOString() },
      minutesRemaining: Math.max(0, Math.floor((expiresAt.getTime() - nowMs) / 60_000)),
    })),
    downloads: assetDownloadManager.listDownloads(query).map((job) => viewOf(job, mayRetry)),
  };
}

export async function oneDownload(request: Request, mayRetry: boolean): Promise<Response> {
  const notionPageId = await readPageId(request);
  if (notionPageId === undefined) return refusal(400, 'Send {"notionPageId": "…"}.');
  const job = assetDownloadManager.getDownloadStatus(notionPageId);
  if (!job) return refusal(404, 'Download job not found');
  return Response.json(viewOf(job, mayRetry), { headers: NO_STORE });
}

export async function retryDownload(request: Request): Promise<Response> {
  const notionPageId = await readPageId(request);
  if (notionPageId === undefined) return refusal(400, 'Send {"notionPageId": "…"}.');
  try {
    await assetDownloadManager.retryDownload(notionPageId);
  } catch (error) {
    const status = isReelError(error) ? STATUS[error.code] : undefined;
    if (status === undefined || !isReelError(error)) throw error;
    return refusal(status, error.message);
  }
  return Response.json({ success: true, message: 'Download retry initiated' }, { headers: NO_STORE });
}

const STATUS: Record<string, number> = { 'not-found': 404, 'invalid-input': 409, expired: 410 };

/**
 * Serves GET and HEAD for a file of a download or of a video that was ordered, from wherever it is; the names are looked up in
 * the records and never used as a path.
 * @throws ProblemError `not-found`, `rate-limited`
 */
export async function serveDownload(
  { folder, fileName }: { folder: string; fileName: string },
  request: Request,
  url: URL,
  visitor?: string,
): Promise<Response> {
  const file = assetDownloadManager.findFile(folder, fileName) ?? (await findGeneratedFile(folder, fileName));
  if (!file) throw new ProblemError('not-found', 'There is no downloaded file with this name.');
  return serveFile({ ...file, name: fileName }, request, url, visitor);
}

/**
 * Takes up what is unfinished, downloads and videos that were ordered, and reports to the log. Never throws: wrong settings
 * of this part must not stop the server.
 */
export function startDownloads(log: Pick<ServerLog, 'info' | 'warn' | 'error'>): void {
  try {
    assetDownloadManager.subscribe(({ level, message }: DownloadEvent) => log[level]({}, message));
    // Records that cannot be read are in the log from the start.
    assetDownloadManager.getDownloadSummary();
  } catch (error) {
    log.error({ err: error }, 'downloads of videos are not resumed');
  }
  resumeVideos(log).catch((error) => log.error({ err: error }, 'videos that were ordered are not resumed'));
}

async function resumeVideos(log: Pick<ServerLog, 'info' | 'warn'>): Promise<void> {
  for (const result of await resumeOpenAIVideos()) {
    if (result.success) log.info({ path: result.localPath }, 'a video that was ordered earlier is ready');
    else log.warn({ code: result.code, taskId: result.taskId }, result.error);
  }
}

export async function stopDownloads(): Promise<void> {
  await Promise.all([assetDownloadManager.stop(), stopOpenAIVideos()]);
}

async function readPageId(request: Request): Promise<string | undefined> {
  try {
    return bodySchema.safeParse(JSON.parse(await readSmallBody(request))).data?.notionPageId;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refusal(status: number, error: string): Response {
  return Response.json({ error }, { status, headers: NO_STORE });
}

function viewOf({ error, pictures, ...job }: DownloadJob, mayRetry: boolean): DownloadView {
  const { projectRoot } = readSettings();
  const [film] = job.downloadedAssets;
  const shown = film && picturesView(pictures, folderUrl(film));
  const words = mayRetry ? error : (PUBLIC_ERRORS[job.status] ?? 'The download failed.');
  return {
    ...job,
    ...{ completedAt: job.completedAt.toISOString(), expiresAt: job.expiresAt.toISOString() },
    downloadedAssets: job.downloadedAssets.map((asset) => ({
      ...asset,
      downloadedAt: asset.downloadedAt.toISOString(),
      filePath: publicPath(projectRoot, asset.filePath),
      url: `${folderUrl(asset)}/${encodeURIComponent(asset.fileName)}`,
    })),
    ...(shown && { pictures: shown }),
    ...(error !== undefined && words !== undefined && { error: words }),
  };
}

function folderUrl({ filePath }: Pick<DownloadedAsset, 'filePath'>): string {
  return `/generated-videos/${encodeURIComponent(basename(dirname(filePath)))}`;
}

/** A path of this machine says more than the public needs. */
function publicPath(projectRoot: string, filePath: string): string {
  // A name in object storage.
  if (!isAbsolute(filePath)) return filePath;
  const path = relative(projectRoot, filePath);
  return path.startsWith('..') || isAbsolute(path) ? basename(filePath) : path.split(sep).join('/');
}
