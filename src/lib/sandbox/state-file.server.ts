import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';

/**
 * What a part of the sandbox has written down, if it has.
 * @throws ReelError `store-corrupt`
 */
export function loadState<State>(path: string | undefined, schema: z.ZodType<State>): State | undefined {
  if (path === undefined || !existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ReelError('store-corrupt', `The sandbox state ${path} cannot be read. Delete it to start over.`, {
      cause,
    });
  }
}

/** By rename, so that killing the sandbox never leaves half a state. */
export function saveState(path: string | undefined, state: unknown): void {
  if (path === undefined) return;
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}
