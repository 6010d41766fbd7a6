import { dirname, join } from 'node:path';
import type { Settings } from '#lib/config.ts';
import { isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type FalJob, falJobFormat, falJobKey } from './record.ts';

/** What `npm run migrate-records` and the database know of this part. */
export const falRecords = { name: 'fal-jobs', format: falJobFormat } as const;
const openRecords = recordStores(falRecords);

export function storeOf({ metadataPath, database }: Pick<Settings, 'metadataPath' | 'database'>): RecordStore<FalJob> {
  return openRecords({ jsonPath: join(dirname(metadataPath), 'fal-jobs.json'), database });
}

/** The purchases of equal requests, the first one first. */
async function purchasesOf(
  store: RecordStore<FalJob>,
  ids: Pick<FalJob, 'projectId' | 'inputHash'>,
): Promise<FalJob[]> {
  const purchases: FalJob[] = [];
  for (let purchase = 1; ; purchase += 1) {
    const record = await store.get(falJobKey({ ...ids, purchase }));
    if (!record) return purchases;
    purchases.push(record);
  }
}

/**
 * The purchase that a call is about: the one under way, else the last that has delivered, else one that has probably
 * failed, else the last. By force a new one follows one that has delivered, so that the film that is there stays what it
 * is, and one that has probably failed, which is still asked for.
 */
export async function purchaseFor(
  store: RecordStore<FalJob>,
  ids: Pick<FalJob, 'projectId' | 'inputHash'>,
  force: boolean,
): Promise<{ purchase: number; record: FalJob | undefined }> {
  const purchases = await purchasesOf(store, ids);
  const last = purchases.at(-1);
  if (force) {
    const isKept = last !== undefined && (last.status === 'ready' || hasProbablyFailed(last));
    return isKept
      ? { purchase: last.purchase + 1, record: undefined }
      : { purchase: last?.purchase ?? 1, record: last };
  }
  const record =
    purchases.findLast((one) => isUnfinished(one) && !hasProbablyFailed(one)) ??
    purchases.findLast(({ status }) => status === 'ready') ??
    purchases.findLast(isUnfinished) ??
    last;
  return { purchase: record?.purchase ?? 1, record };
}

/** Any other failure of a request that fal has accepted ends it, or passes. */
function hasProbablyFailed(record: FalJob): boolean {
  const state = stateOf(record);
  return state.kind === 'in-flight' && state.hasFailed && state.code === 'provider-failed';
}
