import { ReelError } from '#lib/base/errors.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import type { JobProvider } from './provider.ts';

type AtEndpoint = { provider: Pick<JobProvider<unknown>, 'endpoint'> };

/** Whether the record's task, if it has one, was created at the provider's current endpoint. */
export function isSameEndpoint({ provider }: AtEndpoint, { intent }: Pick<JobRecord, 'intent'>): boolean {
  return intent?.endpoint === undefined || intent.endpoint === provider.endpoint;
}

/**
 * A task of one service is unknown at another, and an unknown task reads as an expired one: never ask there.
 * @throws ReelError `config`
 */
export function assertSameEndpoint(
  { key, provider }: AtEndpoint & { key: string },
  { intent, taskId }: JobRecord,
): void {
  if (isSameEndpoint({ provider }, { intent })) return;
  throw new ReelError(
    'config',
    `The task of ${key} was created at ${intent?.endpoint}, but the settings use ${provider.endpoint}. Restore the original address to fetch it.`,
    { stage: 'configuring', taskId, billable: 'maybe' },
  );
}
