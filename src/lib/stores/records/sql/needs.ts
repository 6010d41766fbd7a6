import type { PendingUpdate } from '../update-queue.ts';

/** What some updates are about, each once. */
export interface GroupNeeds {
  readonly keys: readonly string[];
  readonly claims: readonly string[];
  readonly totals: readonly string[];
}

export function needsOf<R>(group: readonly PendingUpdate<R>[]): GroupNeeds {
  return {
    keys: [...new Set(group.map(({ key }) => key))],
    claims: [...new Set(group.flatMap(({ needs }) => needs?.claims ?? []))],
    totals: [...new Set(group.flatMap(({ needs }) => needs?.totals ?? []))],
  };
}
