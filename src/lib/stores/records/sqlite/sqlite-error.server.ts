import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { type ErrorCode, isReelError, messageOf, ReelError } from '#lib/base/errors.ts';

/** SQLite's primary result codes (https://sqlite.org/rescode.html); extended codes carry them in the low byte. */
const CODES = { perm: 3, busy: 5, locked: 6, readOnly: 8, corrupt: 11, full: 13, cantOpen: 14, notADatabase: 26 };

/** The primary result code of an error of SQLite; undefined for any other value. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code === CODES.busy || code === CODES.locked;
}

/** Turns an error of SQLite into a ReelError; anything else that a mutator or the system threw passes through `diskError`. */
export function sqliteError(error: unknown, path: string): ReelError {
  if (isReelError(error)) return error;
  const code = sqliteCodeOf(error);
  const fail = (kind: ErrorCode, message: string) => new ReelError(kind, message, { stage: 'recording', cause: error });
  if (code === CODES.busy || code === CODES.locked) {
    return fail('busy', `Another process keeps the database ${path} locked. Try again later.`);
  }
  if (code === CODES.full)
    return fail('disk-full', `No space left to write ${path}. Free some space, then run it again.`);
  if (code === CODES.corrupt || code === CODES.notADatabase) {
    const advice = 'Move it away and restore a copy; until then nothing is written to it.';
    return fail('store-corrupt', `The database ${path} is damaged, or is not an SQLite database. ${advice}`);
  }
  if (code === CODES.readOnly || code === CODES.perm || code === CODES.cantOpen) {
    return diskError(reasonOf(path) ?? error, path);
  }
  return fail('disk', `Could not use the database ${path}: ${messageOf(error)}. Check the disk, then run it again.`);
}

/** SQLite only reports "unable to open": the system says why. Opening the file here would break its locks. */
function reasonOf(path: string): unknown {
  try {
    accessSync(dirname(path), constants.R_OK | constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}
