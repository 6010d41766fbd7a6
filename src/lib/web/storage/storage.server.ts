import * as z from 'zod';
import { type CleanUpResult, downloadService, isReelError } from '#lib/scrape/index.ts';
import { ProblemError, withPublicRefusals } from '#lib/web/http/problem.ts';
import { readSmallBody } from '#lib/web/http/small-body.ts';
import { serveAsset } from '#lib/web/playback/playback.server.ts';
import { planOf } from './clean-up-plan.server.ts';
import { cursorOf, placeIn } from './film-list.ts';
import { filmView, type Viewer } from './film-view.ts';
import {
  type CleanUpRequest,
  type CleanUpView,
  cleanUpRequestSchema,
  filmQuerySchema,
  type ScrapedDownloads,
  type ScrapedFilms,
  type StorageOverview,
  wantedQuerySchema,
} from './storage-view.ts';

const FILMS_IN_A_PART = 50;
const kindSchema = z.enum(['film', 'poster', 'posterSmall', 'spriteSheet', 'spriteIndex']);

/** What is stored, and what that costs. @throws ReelError errors of the records */
export async function storageOverview(): Promise<StorageOverview> {
  const { byChannel, growth, ...all } = await downloadService.getStorageUsage();
  return {
    ...figuresOf(all),
    byChannel: byChannel.map(({ channelId, ...own }) => ({ channelId, ...figuresOf(own) })),
    growth,
  };
}

/** The films on record that a query names. @throws ProblemError `invalid-input`; ReelError errors of the records */
export async function scrapedFilms(url: URL, mayManage: boolean): Promise<ScrapedFilms> {
  const { text, channel, video, status, limit = FILMS_IN_A_PART, cursor } = readQuery(url, filmQuerySchema);
  const filter = {
    ...{ text: text || undefined, channelId: channel || undefined, videoId: video || undefined },
    status: status || undefined,
  };
  const after = cursor ? placeIn(cursor) : undefined;
  if (cursor && !after) throw wrongQuery();
  const { videos, next, ...counts } = await downloadService.pageOfScrapedVideos(filter, { after, limit });
  const viewer = viewerOf(mayManage);
  return {
    videos: videos.map((one) => filmView(one, viewer)),
    ...counts,
    ...(next && { nextCursor: cursorOf(next) }),
  };
}

/**
 * What is wanted or under way, in this process and in others.
 * @throws ProblemError `invalid-input`; ReelError errors of the records
 */
export async function scrapedDownloads(url: URL, mayManage: boolean): Promise<ScrapedDownloads> {
  const viewer = viewerOf(mayManage);
  const { videos, total } = await downloadService.listWantedVideos(readQuery(url, wantedQuerySchema));
  return { downloads: videos.map((video) => filmView(video, viewer)), total };
}

/**
 * Without a plan says what would go; with the plan of that answer removes it.
 * @throws ProblemError `invalid-input`, `plan-outdated` if it is no longer what the dry run has listed; ReelError errors of
 *   records and store
 */
export async function cleanUp(request: Request): Promise<CleanUpView> {
  const { plan, ...rule } = await readRule(request);
  const wouldGo = await withPublicRefusals(() => downloadService.cleanUp({ ...rule, dryRun: true }));
  const current = planOf(rule, wouldGo.removed);
  if (plan === undefined) return cleanUpView(wouldGo, { isDryRun: true, plan: current });
  if (plan !== current) {
    throw new ProblemError('plan-outdated', 'What would go has changed since it was listed. Look at it again.');
  }
  return cleanUpView(await downloadService.cleanUp(rule, wouldGo.removed), { isDryRun: false, plan: current });
}

/**
 * Serves GET and HEAD for a film or one of its pictures; what to serve is looked up in the records.
 * @throws ProblemError `not-found`, `rate-limited`; ReelError errors of records and store
 */
export async function serveScraped(
  { channelId, videoId, kind }: { channelId: string; videoId: string; kind: string },
  request: Request,
  url: URL,
  visitor?: string,
): Promise<Response> {
  const wanted = kindSchema.safeParse(kind).data;
  const file = wanted && (await orNone(downloadService.findScrapedFile(channelId, videoId, wanted)));
  if (!file) throw new ProblemError('not-found', 'There is no stored file of this name.');
  return serveAsset(file, request, url, visitor);
}

/** An id that no film can have names no film. */
async function orNone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isReelError(error) && error.code === 'invalid-input') return undefined;
    throw error;
  }
}

async function readRule(request: Request): Promise<CleanUpRequest> {
  const body = parseJson(await readSmallBody(request));
  const rule = cleanUpRequestSchema.safeParse(body);
  if (rule.success) return rule.data;
  const [issue] = rule.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new ProblemError(
    'invalid-input',
    `The rule is not valid${where === '' ? '' : ` at ${where}`}. See docs/openapi.json.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('invalid-input', 'Send the rule as JSON, such as {"olderThanDays": 90}.');
  }
}

/** @throws ProblemError `invalid-input` */
function readQuery<T>({ searchParams }: URL, schema: z.ZodType<T>): T {
  const { data } = schema.safeParse(Object.fromEntries(searchParams));
  if (data === undefined) throw wrongQuery();
  return data;
}

function wrongQuery(): ProblemError {
  return new ProblemError('invalid-input', 'The query is not valid: see docs/openapi.json.');
}

function cleanUpView(
  { removed, bytes, notes, stopped }: CleanUpResult,
  which: Pick<CleanUpView, 'isDryRun' | 'plan'>,
): CleanUpView {
  const films = removed.map((film) => ({
    ...{ channelId: film.channelId, videoId: film.videoId, bytes: (film.download_size ?? 0) + film.pictureBytes },
    ...(film.title !== undefined && { title: film.title }),
    ...(film.download_completed_at !== undefined && { storedAt: film.download_completed_at }),
  }));
  return { ...which, films, bytes, notes, ...(stopped && { stopped }) };
}

function viewerOf(mayManage: boolean): Viewer {
  return { mayManage, nowMs: Date.now() };
}

function figuresOf({ videos, bytes, averageBytes, pictureBytes, monthlyCostUsd }: UsageFigures): UsageFigures {
  return { videos, bytes, averageBytes, pictureBytes, monthlyCostUsd };
}
type UsageFigures = Pick<StorageOverview, 'videos' | 'bytes' | 'averageBytes' | 'pictureBytes' | 'monthlyCostUsd'>;
