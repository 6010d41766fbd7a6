import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { commandLine } from '#lib/base/command-line.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { writeFileDurably } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { acquireFileLock } from '#lib/base/disk/file-lock.server.ts';
import { realTarget } from '#lib/base/disk/paths.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { markPathOf, markText, readMark, type StoreMark } from '../store-mark.server.ts';

/** The JSON file that a part would use without a database, as seen from the database. */
export interface JsonBeside {
  readonly part: string;
  readonly jsonPath: string;
  /** The database, without a password. */
  readonly here: string;
  /** As `RecordPart.needsFolder`. */
  readonly needsFolder?: boolean | undefined;
}

/**
 * Refuses to begin with no records in a database while there are some elsewhere: everything would be bought again.
 * @throws ReelError `config` that says where they are and how to move them
 */
export function assertMayBegin({ part, jsonPath, here }: JsonBeside): void {
  const transfer = readMark(jsonPath)?.transfer;
  if (transfer?.place === here) {
    const advice = `Restore a copy of the database. To begin without records instead, delete ${markPathOf(jsonPath)}.`;
    throw wrong(`The records of ${part} were in ${here} (since ${transfer.at}), and are not there any more. ${advice}`);
  }
  if (transfer) {
    throw wrong(
      `The records of ${part} are in ${transfer.place}, not in ${here}. Correct REELKEEP_DATABASE, or move them.`,
    );
  }
  if (isEmptyFile(jsonPath)) return;
  const advice = `Move them to ${here} with "${commandLine('migrate-records')}", or unset REELKEEP_DATABASE.`;
  throw wrong(`The records of ${part} are in ${jsonPath}. ${advice}`);
}

/**
 * Notes beside the JSON file that the records are in the database, so that a process without REELKEEP_DATABASE does not
 * begin a second store. A folder that cannot be written is left as it is: no second store can begin there, either. Nor can
 * one in a folder that is missing where the part needs it: it is not made.
 */
export async function reserveJson({ jsonPath, here, needsFolder = false }: JsonBeside): Promise<void> {
  await changeMark(jsonPath, needsFolder, (mark) => {
    if (mark?.transfer || !isEmptyFile(jsonPath)) return undefined;
    const transfer = { state: 'moved' as const, place: here, moveId: randomUUID(), at: new Date().toISOString() };
    return { ...mark, hasRecords: mark?.hasRecords ?? false, transfer };
  });
}

/** Corrects what `reserveJson` has noted, after a move from one database to another. Never rejects. */
export async function repointJson(jsonPath: string, place: string): Promise<void> {
  await changeMark(jsonPath, true, (mark) => mark?.transfer && { ...mark, transfer: { ...mark.transfer, place } });
}

/** @param change what the marker is to be; undefined: as it is */
async function changeMark(
  jsonPath: string,
  needsFolder: boolean,
  change: (mark: StoreMark | undefined) => StoreMark | undefined,
): Promise<void> {
  try {
    const target = realTarget(jsonPath);
    if (!needsFolder) makeFolder(dirname(target));
    const lock = await acquireFileLock(`${target}.lock.db`);
    try {
      const next = change(readMark(jsonPath));
      if (next) await writeFileDurably(markPathOf(jsonPath), markText(next));
    } finally {
      lock.release();
    }
  } catch {
    // A folder that cannot be written, where no second store can begin, either.
  }
}

/** Whether the file is missing, or has no records. What cannot be read has some. */
function isEmptyFile(path: string): boolean {
  try {
    return ['', '[]'].includes(readFileSync(path, 'utf8').replaceAll(/\s/g, ''));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return true;
    throw diskError(error, path, 'recording', 'read');
  }
}

function wrong(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
