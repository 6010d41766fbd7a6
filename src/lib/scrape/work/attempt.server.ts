import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import type { HeldRecord } from '#lib/jobs/lease/held-record.ts';
import { startHeartbeat } from '#lib/jobs/lease/lease.ts';
import { afterFailure, type Verdict, verdictOn } from '#lib/scrape/record/outcome.ts';
import { noteJob, startJob, timeOf } from '#lib/scrape/record/processing-jobs.ts';
import type { FetchedFilm, ScrapedRecord } from '#lib/scrape/record/record.ts';
import { finishRemoval } from '#lib/scrape/storage/clean-up.server.ts';
import { removeDoomed, removeLeftovers, storePictures } from './chores.server.ts';
import type { FilmWork, ScrapeContext } from './context.ts';
import { fetchFilm, findFetched } from './fetch-film.server.ts';
import { ProgressNotes } from './progress-notes.ts';
import { storeFilm } from './store-film.server.ts';

export interface FailedTry {
  verdict: Verdict;
  error: ReelError;
}

type Tools = Omit<FilmWork, 'held' | 'context'>;

/**
 * Works on a film that this process holds, and gives it back.
 * @returns why it is not stored; undefined if it is
 */
export async function tryFilm(
  context: ScrapeContext,
  held: HeldRecord<ScrapedRecord>,
  tools: Tools,
  retriesLeft: number,
): Promise<FailedTry | undefined> {
  return whileHeld(context, held, tools, async (work) => {
    const notes = new ProgressNotes(held, context.every);
    let film: FetchedFilm | undefined;
    try {
      film = await fetchAndStore(work, notes);
    } catch (error) {
      const failure = asReelError(error);
      const failed = { verdict: verdictOn(failure, retriesLeft), error: failure };
      return settle(work, failed, await notes.end());
    }
    // The film is stored: what is left is done by whoever comes next.
    await finishChores(work, film).catch(() => {});
    await held.release();
    return undefined;
  });
}

/** Does what is left to do for a stored film, and gives it back. @throws ReelError of the store, `disk*`, `aborted` */
export async function tidyFilm(context: ScrapeContext, held: HeldRecord<ScrapedRecord>, tools: Tools): Promise<void> {
  await whileHeld(context, held, tools, async (work) => {
    try {
      if (held.record.isRemoving) return await finishRemoval(held, context.stores);
      await finishChores(work);
    } finally {
      await held.release().catch(() => {});
    }
  });
}

async function whileHeld<T>(
  context: ScrapeContext,
  held: HeldRecord<ScrapedRecord>,
  tools: Tools,
  action: (work: FilmWork) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const endHeartbeat = startHeartbeat(
    held,
    (task) => context.every(context.leaseTtlMs / 3, task),
    (error) => lost.abort(error),
  );
  try {
    return await action({ ...tools, context, held, signal: AbortSignal.any([tools.signal, lost.signal]) });
  } finally {
    endHeartbeat();
  }
}

async function fetchAndStore(work: FilmWork, notes: ProgressNotes): Promise<FetchedFilm> {
  const { held, context } = work;
  const startedAt = timeOf(context.clock.now());
  await held.patch((record) => ({
    ...{ download_status: 'downloading', download_started_at: record.download_started_at ?? startedAt },
    ...startJob(record, context.clock.now()),
  }));
  await removeDoomed(work);
  const film = (await findFetched(work)) ?? (await fetchFilm(work, notes));
  await storeFilm(work, film, notes);
  return film;
}

async function finishChores(work: FilmWork, film?: FetchedFilm): Promise<void> {
  const { held, context } = work;
  await removeDoomed(work);
  await storePictures(work, film);
  await removeLeftovers(work);
  await context.folders.removeAllOf(held.record);
}

/** Puts a failed try on record, and gives the film back. */
async function settle(work: FilmWork, failed: FailedTry, progress: object): Promise<FailedTry> {
  const { held, context } = work;
  const folder = context.folders.nameOf(held.record, held.fence);
  const message = redactText(failed.error.message);
  const isFull = failed.error.code === 'disk-full' && held.record.fetched?.folder !== folder;
  // What there is of the film has taken the space that the records need, where they lie on the same disk.
  if (isFull) await context.folders.remove(folder).catch(() => {});
  try {
    const record = await held.release((current) =>
      afterFailure({ ...current, ...noteJob(current, progress) }, { ...failed, message, folder }, context.clock.now()),
    );
    const isKept = record.leftover?.folder === folder || record.fetched?.folder === folder;
    if (!isKept) await context.folders.remove(folder);
    return failed;
  } catch (error) {
    // Taken over by another process, which has what this one had. If the records cannot be written, its lease runs out.
    const isOver = isReelError(error) && error.code === 'busy';
    return isOver ? { verdict: 'interrupted', error } : failed;
  }
}

function asReelError(error: unknown): ReelError {
  if (isReelError(error)) return error;
  return new ReelError('provider-failed', `Unexpected error, probably a bug in Reelkeep: ${messageOf(error)}`, {
    cause: error,
  });
}
