import { accessSync, constants, lstatSync, type Stats } from 'node:fs';
import { commandLine } from '#lib/base/command-line.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { type ErrorCode, ReelError } from '#lib/base/errors.ts';

/** Why the film at its place is not one that can be played. */
export interface PlaceFault {
  kind: 'missing' | 'link' | 'not-a-file' | 'unreadable' | 'other-size';
  code: ErrorCode;
  /** What is wrong and what to do, without the path. */
  message: string;
}

const REPAIR = `run: ${commandLine('audit', '--repair')}`;
const FAULTS = {
  missing: { code: 'not-found', message: `The file is gone from the disk. Generate it again, or ${REPAIR}` },
  link: {
    code: 'disk',
    message: `The file was replaced by a symbolic link, and links are not served. Replace the link with the file itself, or ${REPAIR}`,
  },
  'not-a-file': {
    code: 'disk',
    message: `The path of the film is not a file (for example a folder). Remove it, then ${REPAIR}`,
  },
  unreadable: {
    code: 'disk-denied',
    message: 'The server is not allowed to read the file. Give the user that runs the server read permission.',
  },
  'other-size': {
    code: 'integrity',
    message: `The size of the file differs from the record, so it is no longer the saved film. To repair it, ${REPAIR}`,
  },
} as const satisfies Record<PlaceFault['kind'], Omit<PlaceFault, 'kind'>>;

/**
 * Looks at the place of a film as the player does, which follows no link: one could lead out of the folder.
 * @param sizeBytes on record; undefined: not known
 */
export function lookAtFilm(path: string, sizeBytes: number | undefined): { sizeBytes: number } | { fault: PlaceFault } {
  let file: Stats | undefined;
  try {
    file = lstatSync(path, { throwIfNoEntry: false });
    if (file?.isFile()) accessSync(path, constants.R_OK);
  } catch {
    return faultOf('unreadable');
  }
  if (!file) return faultOf('missing');
  if (file.isSymbolicLink()) return faultOf('link');
  if (!file.isFile()) return faultOf('not-a-file');
  if (sizeBytes !== undefined && file.size !== sizeBytes) return faultOf('other-size');
  return { sizeBytes: file.size };
}

function faultOf(kind: PlaceFault['kind']): { fault: PlaceFault } {
  return { fault: { kind, ...FAULTS[kind] } };
}

/**
 * Size of the file at this place; undefined where nothing is.
 * @throws ReelError `disk` for a link or a folder, which is neither the film nor a reason to buy it again; `disk-denied`,
 *   `disk` for a place that cannot be looked at
 */
export function sizeOfFilm(path: string): number | undefined {
  const file = statUnlessMissing(path);
  if (!file) return undefined;
  if (file.isFile()) return file.size;
  const { message } = FAULTS[file.isSymbolicLink() ? 'link' : 'not-a-file'];
  throw new ReelError('disk', `${path}: ${message}`);
}

function statUnlessMissing(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw diskError(error, path, 'verifying', 'read');
  }
}
