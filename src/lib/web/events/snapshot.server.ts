import * as z from 'zod';
import { systemClock } from '#lib/base/clock.ts';
import { readSettings } from '#lib/config.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { GROUPS, type ListedVideos, type VideoPage } from '#lib/web/videos/lists.ts';
import type { Snapshot, SpendAccess } from '#lib/web/videos/view.ts';
import type { VideoFeed } from './feed.ts';

export const MOST_LISTED = 500;
const LISTED = 100;
/** Under way outside the catalogue: more than a visitor watches at once. */
const UNDER_WAY_AT_FIRST = 50;
/** So that an address stays far below what servers take. */
const MOST_KEYS = 50;
const KEY = /^[a-z0-9-]{1,64}\/[a-z0-9-]{1,64}$/;
const LISTS = [...GROUPS, 'outside'] as const;

/** The videos of this server, and what changes about them. */
export interface VideoSource {
  readonly library: ListedVideos;
  readonly feed: VideoFeed;
  readonly isSandbox: boolean;
}

const KEYS_RULE = `must be at most ${MOST_KEYS} of spot/era, with commas between them`;
const querySchema = z.object({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${MOST_LISTED}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MOST_LISTED, `must be a whole number from 1 to ${MOST_LISTED}`)
    .optional(),
  cursor: z.string().max(500).optional(),
  group: z.enum(LISTS, `must be one of ${LISTS.join(', ')}`).optional(),
  after: z.string().max(100).optional(),
  keys: z
    .string()
    .transform((keys) => keys.split(','))
    .refine((keys) => keys.length <= MOST_KEYS && keys.every((key) => KEY.test(key)), KEYS_RULE)
    .optional(),
});
export type ListQuery = z.infer<typeof querySchema>;

/**
 * Parses the query of a list; unknown names are ignored.
 * @throws ProblemError `invalid-input`, also for a name given twice
 */
export function readListQuery(query: URLSearchParams, names: ReadonlyArray<keyof ListQuery>): ListQuery {
  const given = names.filter((name) => query.has(name));
  const twice = given.find((name) => query.getAll(name).length > 1);
  if (twice !== undefined) throw new ProblemError('invalid-input', `The query gives ${twice} more than once.`);
  const result = querySchema.safeParse(Object.fromEntries(given.map((name) => [name, query.get(name)])));
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ProblemError('invalid-input', `The query is not valid. ${issues.join('; ')}.`);
}

/**
 * The response for a list: everything, one page of it, some videos by their keys, or what has changed since an event.
 * @throws ProblemError `invalid-input`; ReelError `store-corrupt`, `disk` or `config`
 */
export async function listFor(request: Request, access: SpendAccess, source: VideoSource): Promise<Snapshot> {
  const query = readListQuery(new URL(request.url).searchParams, ['limit', 'cursor', 'group', 'after', 'keys']);
  const { limit = LISTED, cursor, group, keys, after = request.headers.get('last-event-id') } = query;
  const isPage = [query.limit, cursor, group].some((value) => value !== undefined);
  if ([isPage, keys, query.after].filter((one) => one !== undefined && one !== false).length > 1) {
    throw new ProblemError('invalid-input', 'The query may contain either after, or keys, or limit, cursor and group.');
  }
  const { library, feed } = source;
  const isPart = isPage || keys !== undefined;
  await library.pull({ everything: !isPart && after === null });
  if (!isPart) return after === null ? snapshotFor(access, source) : changesFor(access, source, after);
  feed.catchUp();
  // What changes while the page is read comes after this event, once more.
  const eventId = feed.lastId;
  const part = keys ? { videos: await library.views(keys) } : await pageOf(library, { group, limit, cursor });
  return { ...snapshotOf(access, source, () => part), eventId };
}

function pageOf(library: ListedVideos, { group, limit, cursor }: ListQuery & { limit: number }): Promise<VideoPage> {
  if (group === 'outside') return library.pageOutside(limit, cursor);
  return library.page(group ?? 'all', limit, cursor);
}

/**
 * Everything: all videos, what was spent, and what this visitor is allowed to do. Call `library.pull` for everything before.
 * @throws ReelError `store-corrupt`, `disk` or `config`
 */
export function snapshotFor(access: SpendAccess, source: VideoSource): Snapshot {
  return snapshotOf(access, source, () => ({ videos: source.library.all() }));
}

/** What every page begins with: the places of the catalogue, and what is under way. @throws as `snapshotFor` */
export function openingFor(access: SpendAccess, source: VideoSource): Snapshot {
  return snapshotOf(access, source, () => readOpening(source));
}

/** For a page without data. */
export function noSnapshot(): Snapshot {
  return {
    videos: [],
    eventId: '',
    counts: { total: 0, made: 0, underWay: 0, failed: 0 },
    spend: { totalUsd: 0, todayUsd: 0, lostUsd: 0, inFlightUsd: 0, unpriced: 0 },
    access: { allowed: false, reason: '', canLogIn: false },
    sandbox: false,
    now: new Date(systemClock.now()).toISOString(),
  };
}

function readOpening({ library }: VideoSource): Listed {
  return { videos: [...new Set([...library.catalogue(), ...library.underWay(UNDER_WAY_AT_FIRST)])] };
}

/** What has changed since this event, or, where that is not known any more, what a page begins with. */
function changesFor(access: SpendAccess, source: VideoSource, after: string): Snapshot {
  return snapshotOf(access, source, () => {
    const missed = source.feed.missedSince(after);
    if (!missed) return readOpening(source);
    const videos = missed.flatMap((one) => (one.event === 'video' ? [one.data] : []));
    return { videos: [...new Map(videos.map((view) => [view.key, view])).values()], after };
  });
}

type Listed = Pick<Snapshot, 'videos' | 'nextCursor' | 'total' | 'after'>;

function snapshotOf(access: SpendAccess, source: VideoSource, read: () => Listed): Snapshot {
  const settings = readSettings();
  const { feed, library } = source;
  feed.catchUp();
  return {
    ...read(),
    // Read last: `read` may have added events.
    eventId: feed.lastId,
    counts: library.counts,
    spend: library.spend,
    // Only useful to visitors who may order.
    access: access.allowed && settings.dashscopeApiKey === undefined ? { ...access, noKey: true } : access,
    sandbox: source.isSandbox,
    now: new Date(systemClock.now()).toISOString(),
  };
}
