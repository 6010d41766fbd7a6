import PQueue from 'p-queue';
import * as z from 'zod';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import type { ErrorCode } from '#lib/base/errors.ts';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import { addFoundFiles } from '#lib/media/found/found-files.server.ts';
import { itemOf } from '#lib/media/items/item-view.ts';
import { recordsOf } from '#lib/media/items/project-records.server.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import { assertProjectId } from '#lib/media/names/project-id.ts';
import { finishRestoring } from '#lib/media/remove/bring-back.server.ts';
import { emptyTrash } from '#lib/media/remove/trash.server.ts';
import { finishTrashing } from '#lib/media/remove/trashing.server.ts';
import { usableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { assertOnline } from '#lib/media/root/media-root.server.ts';
import { lockProject } from '#lib/media/root/project-lock.server.ts';
import { finishAll } from '#lib/media/store/objects.server.ts';
import type { StoreOptions } from '#lib/media/store/store-file.server.ts';
import type { BytesReceived, MediaItem } from '#lib/media/types.ts';
import type { Capturing, SettleParts } from './capturing.ts';
import { type ItemOutcome, saveItem } from './save-item.server.ts';

/** One item, as it gets on. */
export interface SaveAllProgress extends Partial<BytesReceived> {
  item: MediaItem;
  state: 'downloading' | 'uploading' | ItemOutcome['kind'];
  /** While it is `uploading` to object storage: of `bytesTotal`. */
  bytesSent?: number | undefined;
  /** Items that are settled, of how many. */
  done: number;
  total: number;
  /** Why it is lost, or has failed. */
  reason?: string | undefined;
}

export interface SaveAllOptions {
  onProgress?: ((progress: SaveAllProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** Ids of items; default: every item of the project. */
  only?: readonly string[] | undefined;
  /** Items at a time; default 3. */
  concurrency?: number | undefined;
}

export interface SaveAllReport {
  saved: MediaItem[];
  alreadyThere: MediaItem[];
  /** Only a page has them, and only it can save them. */
  inBrowser: MediaItem[];
  /** No copy can be had; what is known of the item is kept. */
  lost: Array<{ item: MediaItem; reason: string }>;
  /** Not saved this time: call it again. */
  failed: Array<{ item: MediaItem; error: string; code: ErrorCode; retryable: boolean }>;
}

const AT_A_TIME = 3;
const optionsSchema = input.options({
  onProgress: input.listener.optional(),
  signal: input.signal.optional(),
  only: z.array(z.string(), 'must be a list of ids').optional(),
  concurrency: z
    .custom<number>((value) => typeof value === 'number' && value >= 1, 'must be a number of 1 or more')
    .optional(),
});

/** As `saveAllToDisk` of the library's door, which passes in how files are fetched. */
export async function saveAll(
  projectId: string,
  options: SaveAllOptions,
  tools: {
    library?: MediaLibrary | undefined;
    clock?: Clock | undefined;
    capturing: Capturing;
    settleParts: SettleParts;
  },
): Promise<SaveAllReport> {
  assertProjectId(projectId);
  checkInput(optionsSchema, 'options', options, 'recording');
  const { clock = systemClock, capturing } = tools;
  const library = await usableLibrary(tools.library);
  const lock = lockProject(library.root, projectId);
  try {
    await finishTrashing(library, projectId);
    await finishRestoring(library, projectId, clock);
    await emptyTrash(library, clock.now());
    if (!options.only) await addFoundFiles(library, projectId, tools.settleParts);
    const records = await Array.fromAsync(recordsOf(library, projectId));
    const isAsked = ({ id }: MediaRecord) => options.only?.includes(id) ?? true;
    const kept = records.filter((record) => record.deletedAt === undefined && isAsked(record));
    const report: SaveAllReport = { saved: [], alreadyThere: [], inBrowser: [], lost: [], failed: [] };
    const total = kept.length;
    let done = 0;
    const tell = (event: Omit<SaveAllProgress, 'done' | 'total'>) =>
      callSafely(options.onProgress, { ...event, done, total });
    const onSent: StoreOptions['onBytes'] = (record, bytes) =>
      tell({ item: itemOf(record, 'here', library.filesAt), state: 'uploading', ...bytes });
    const queue = new PQueue({ concurrency: options.concurrency ?? AT_A_TIME });
    const work = kept.map((record) => async () => {
      throwIfAborted(options.signal);
      assertOnline(library);
      const onBytes = (item: MediaItem, bytes: BytesReceived) => tell({ item, state: 'downloading', ...bytes });
      const outcome = await saveItem(library, record, { clock, capturing, signal: options.signal, onBytes, onSent });
      done += 1;
      note(report, outcome);
      tell({ item: outcome.item, state: outcome.kind, ...reasonOf(outcome) });
    });
    const ends = await Promise.allSettled(work.map((one) => queue.add(one)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    // After what is urgent: links expire, and files here do not.
    await finishAll(library, { projectId, signal: options.signal, onBytes: onSent });
    return report;
  } finally {
    lock.release();
  }
}

function reasonOf(outcome: ItemOutcome): { reason?: string } {
  if (outcome.kind === 'failed') return { reason: outcome.error.message };
  return outcome.kind === 'lost' ? { reason: outcome.reason } : {};
}

function note(report: SaveAllReport, outcome: ItemOutcome): void {
  const { kind, item } = outcome;
  if (kind === 'lost') report.lost.push({ item, reason: outcome.reason });
  else if (kind === 'failed') {
    const { message, code, retryable } = outcome.error;
    report.failed.push({ item, error: message, code, retryable });
  } else report[kind].push(item);
}
