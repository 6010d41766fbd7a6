import { assertProjectId } from '#lib/media/names/project-id.ts';
import { type DeletedItem, deletedAmong, UNDO_MS } from '#lib/media/remove/deleted-items.ts';
import { readableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import type { MediaItem } from '#lib/media/types.ts';
import { recordsOf, viewOf } from './project-records.server.ts';
import type { MediaRecord } from './record.ts';

export interface ListingOptions {
  library?: MediaLibrary | undefined;
}

/** What is on record of a project; no file is looked at. */
export interface ProjectSummary {
  projectId: string;
  items: number;
  /** Items that have a file. */
  localItems: number;
  /** Of those files. */
  bytes: number;
  /** It was deleted: until then, in ms since the epoch, that can be undone. */
  deletedUntilMs?: number | undefined;
}

/** A part of a project's items, the newest first. */
export interface MediaPage {
  items: MediaItem[];
  /** Of the project. */
  total: number;
  /** Items that can be brought back; undefined but on the first part. */
  deleted?: DeletedItem[] | undefined;
  /** For the next part; undefined on the last one. */
  nextCursor?: string | undefined;
}

/**
 * Every project with items, sorted by id, the deleted ones too.
 * @throws ReelError `disk` where the records are offline with the library; `store-corrupt`
 */
export async function summarizeProjects(options: ListingOptions = {}): Promise<ProjectSummary[]> {
  const library = readableLibrary(options.library);
  const byProject = new Map<string, MediaRecord[]>();
  for await (const record of library?.store.find() ?? []) {
    const { projectId } = record;
    const known = byProject.get(projectId);
    if (known) known.push(record);
    else byProject.set(projectId, [record]);
  }
  return [...byProject].map(([projectId, records]) => summaryOf(projectId, records));
}

function summaryOf(projectId: string, records: readonly MediaRecord[]): ProjectSummary {
  const kept = records.filter(({ deletedAt }) => deletedAt === undefined);
  if (kept.length > 0) return { projectId, ...sizeOf(kept) };
  // Items that were deleted by themselves are brought back by themselves, in a project that is empty until then.
  const withProject = records.filter(({ trashedIn }) => trashedIn === undefined);
  if (withProject.length === 0) return { projectId, ...sizeOf([]) };
  const deletedMs = Math.max(...withProject.map(({ deletedAt = '' }) => Date.parse(deletedAt)));
  const last = withProject.filter(({ deletedAt = '' }) => Date.parse(deletedAt) === deletedMs);
  return { projectId, ...sizeOf(last), deletedUntilMs: deletedMs + UNDO_MS };
}

function sizeOf(records: readonly MediaRecord[]) {
  const local = records.filter(({ localPath }) => localPath !== undefined);
  return {
    items: records.length,
    localItems: local.length,
    bytes: local.reduce((sum, { fileSize }) => sum + fileSize, 0),
  };
}

/**
 * Some items of a project, the newest first, each with the state of its file now. The cursor is a position, so that it stays
 * valid when items come and go.
 * @throws ReelError `invalid-input`; `disk` where the records are offline with the library; `store-corrupt`
 */
export async function pageOfItems(
  projectId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  options: ListingOptions = {},
): Promise<MediaPage> {
  assertProjectId(projectId);
  const library = readableLibrary(options.library);
  if (!library) return { items: [], total: 0 };
  const records = await Array.fromAsync(recordsOf(library, projectId));
  const placed = records
    .filter(({ deletedAt }) => deletedAt === undefined)
    .map((record) => ({ record, place: placeOf(record) }));
  const rest = placed.filter(({ place }) => cursor === undefined || place < cursor).sort(laterFirst);
  const part = rest.slice(0, limit);
  const items = await Promise.all(part.map(({ record }) => viewOf(library, record, library.isOffline)));
  const nextCursor = rest.length > limit ? part.at(-1)?.place : undefined;
  return {
    ...{ items, total: placed.length },
    ...(cursor === undefined && { deleted: deletedAmong(records, Date.now()) }),
    ...(nextCursor !== undefined && { nextCursor }),
  };
}

/** Sorts like the time, as text. */
function placeOf({ createdAt, id }: MediaRecord): string {
  return `${String(createdAt).padStart(16, '0')} ${id}`;
}

function laterFirst(one: { place: string }, other: { place: string }): number {
  return one.place < other.place ? 1 : -1;
}
