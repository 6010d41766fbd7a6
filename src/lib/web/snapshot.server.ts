import { systemClock } from '#lib/base/clock.ts';
import { readSettings } from '#lib/config.ts';
import { desk } from './desk.server.ts';
import type { Snapshot } from './video-view.ts';
import { isSandbox } from './view.server.ts';
import { accessOf, type VisitorEvent } from './visitor.server.ts';

/**
 * Everything a page shows: all videos, what was spent, and what this visitor may do.
 * @throws ReelError `store-corrupt`, `disk` or `config`
 */
export function snapshotFor(event: VisitorEvent): Snapshot {
  const { waitMs: _waitMs, ...access } = accessOf(event);
  const now = new Date(systemClock.now()).toISOString();
  return { ...desk().library(), access, sandbox: isSandbox(readSettings()), now };
}
