import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { createFileDurablySync, makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { writeFileDurably } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { MediaPlace } from './media-library.ts';

/** In the root of every library. Without it, the folder is an empty mount point, or somebody else's. */
export const MARKER_FILE = '.reelkeep-media.json';

export type RootState = { kind: 'online' } | { kind: 'new' } | { kind: 'offline'; reason: string };

/** Whether the library can be used; creates nothing. */
export function rootState({ root, notePath }: MediaPlace): RootState {
  const marker = idIn(join(root, MARKER_FILE));
  const known = idIn(notePath, root);
  if (marker !== undefined) return { kind: 'online' };
  if (known === undefined) return { kind: 'new' };
  return { kind: 'offline', reason: offlineReason(root) };
}

/**
 * Makes a new library, or finds the one that is there.
 * @throws ReelError `disk` while the library is offline: nothing is created below its root; `disk*`
 */
export async function openRoot(place: MediaPlace): Promise<void> {
  const state = rootState(place);
  if (state.kind === 'offline') throw offlineError(state.reason);
  const { root, notePath } = place;
  try {
    if (state.kind === 'new') makeMarker(root);
    const id = idIn(join(root, MARKER_FILE));
    if (id === undefined) throw offlineError(offlineReason(root));
    if (idIn(notePath, root) === id) return;
    makeFolder(dirname(notePath));
    await writeFileDurably(notePath, textOf(id, root));
  } catch (error) {
    throw diskError(error, root);
  }
}

/** @param root of the library, where it is still being made in another folder. @throws the file system's error */
export function makeMarker(folder: string, root = folder): void {
  createFileDurablySync(join(folder, MARKER_FILE), textOf(randomUUID(), root));
}

/** For what goes on for long: a drive may be unplugged meanwhile. @throws ReelError `disk` unless the library is online */
export function assertOnline(place: MediaPlace): void {
  if (rootState(place).kind !== 'online') throw offlineError(offlineReason(place.root));
}

export function offlineError(reason: string): ReelError {
  return new ReelError('disk', reason, { stage: 'recording', retryable: true });
}

function offlineReason(root: string): string {
  return `The media library at ${root} is offline: its folder, or the file ${MARKER_FILE} in it, is not there. Connect the drive again, or correct REELKEEP_MEDIA_DIR. Nothing was changed.`;
}

/** The library's id in a marker or a note; undefined where there is none, or it is about another root. */
function idIn(path: string, root?: string): string | undefined {
  try {
    const text: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof text !== 'object' || text === null || !('library' in text)) return undefined;
    if (root !== undefined && (!('root' in text) || text.root !== root)) return undefined;
    return typeof text.library === 'string' ? text.library : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined || errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw diskError(error, path, 'recording', 'read');
  }
}

function textOf(library: string, root: string): string {
  return `${JSON.stringify({ library, root }, undefined, 2)}\n`;
}
