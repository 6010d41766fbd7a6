import { ReelError } from '#lib/base/errors.ts';
import type { JobRecord } from './job-record.ts';
import type { JobProvider } from './provider.ts';

/**
 * A task of one service is unknown at another, and an unknown task reads as an expired one: never ask there.
 * @throws ReelError `config`
 */
export function assertSameEndpoint(
  { key, provider }: { key: string; provider: Pick<JobProvider<unknown>, 'endpoint'> },
  { intent, taskId }: JobRecord,
): void {
  const madeAt = intent?.endpoint;
  if (madeAt === undefined || madeAt === provider.endpoint) return;
  throw new ReelError(
    'config',
    `The task of ${key} was made at ${madeAt}, and the settings name ${provider.endpoint}. Set the address back to fetch it.`,
    { stage: 'configuring', taskId, billable: 'maybe' },
  );
}
