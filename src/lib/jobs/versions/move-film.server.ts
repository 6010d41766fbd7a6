import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import {
  addNameSync,
  copyDurably,
  identityOf,
  isWithoutHardLinks,
  renameDurablySync,
} from '#lib/base/disk/second-name.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { pathsOnRecord } from './film-place.server.ts';
import type { Films } from './remove-dropped.server.ts';

/** A change of the record, with the file that it gives another name; none where the record alone changes. */
export interface Move<R extends JobRecord> {
  next: R;
  file?: { from: string; to: string; replaces?: boolean } | undefined;
}

/**
 * Gives a film another name: the new name first, then the record, then the old name goes. Killed anywhere, the record
 * says where the film is; an extra name is removed by the next tidy-up. Where there are no hard links, a copy is the
 * second name.
 * @param plan asked within a step of the store, again after a copy was made; undefined: there is nothing to do
 * @returns the record, and the identity of the file that was given the name
 * @throws ReelError of `plan`; `disk*`; `busy` when the file has changed meanwhile
 */
export async function moveFilm<R extends JobRecord>(
  films: Films<R>,
  plan: (current: R | undefined) => Move<R> | undefined,
): Promise<{ record: R | undefined; moved: Moved | undefined }> {
  let moved: Moved | undefined;
  const record = await films.store
    .update(films.key, (current) => {
      const move = plan(current);
      if (move?.file) {
        moved = { ...move.file, identity: identityOf(move.file.from) };
        addNameSync(move.file.from, move.file.to, move.file);
      }
      return move ? move.next : current;
    })
    .catch((error: unknown) => {
      if (moved && isWithoutHardLinks(error)) return moveByCopy(films, plan, moved);
      throw diskError(error, moved?.to ?? films.place.finalPath);
    });
  if (moved) await removeOldName(films, moved);
  return { record, moved };
}

export interface Moved {
  from: string;
  to: string;
  identity: string | undefined;
}

async function moveByCopy<R extends JobRecord>(
  films: Films<R>,
  plan: (current: R | undefined) => Move<R> | undefined,
  { from, to, identity }: Moved,
): Promise<R | undefined> {
  const temporary = temporaryPathFor(to);
  try {
    await copyDurably(from, temporary);
    return await films.store.update(films.key, (current) => {
      const move = plan(current);
      if (move?.file?.from !== from || move.file.to !== to || identityOf(from) !== identity) {
        throw new ReelError('busy', `${films.key} was changed in the meantime. Nothing is lost; try again.`);
      }
      renameDurablySync(temporary, to);
      return move.next;
    });
  } catch (error) {
    throw diskError(error, to);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Within a step of the store, so that no process puts another film there between the check and the removal. */
async function removeOldName<R extends JobRecord>(films: Films<R>, { from, identity }: Moved): Promise<void> {
  await films.store
    .update(films.key, (current) => {
      const isOnRecord = current !== undefined && pathsOnRecord(films.place, current).includes(from);
      if (!isOnRecord && identityOf(from) === identity) rmSync(from, { force: true });
      return current;
    })
    // The film is where its record says; the next tidy-up removes this name.
    .catch(() => {});
}
