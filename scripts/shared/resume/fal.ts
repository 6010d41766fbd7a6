import {
  type FalJob,
  type FalResult,
  falJobKey,
  isFalUnfinished,
  listFalJobs,
  resumeFal,
  stopFal,
} from '#lib/fal/index.ts';
import { showDeadline } from '../make-video.ts';
import type { Context } from '../options/command.ts';
import { EXIT } from '../options/exit-codes.ts';
import type { Ending, Resumable, ResumeTerms, Unfinished } from './resumable.ts';
import { showFailure } from './show-failure.ts';

export const fal: Resumable = {
  ...{ id: 'fal', name: 'fal', noun: 'purchase' },
  list: async () => (await listFalJobs()).filter(isFalUnfinished).map(toUnfinished),
  finish: (context, unfinished, terms) => Promise.all(unfinished.map((one) => finishOne(context, one, terms))),
  stop: stopFal,
};

function toUnfinished(record: FalJob): Unfinished {
  const { projectId, modelId, taskId, expiresAt } = record;
  return { key: falJobKey(record), ids: { projectId, modelId, job: falJobKey(record) }, taskId, expiresAt };
}

async function finishOne(context: Context, { key, ids }: Unfinished, terms: ResumeTerms): Promise<Ending> {
  const [result] = await resumeFal({
    ...{ signal: context.signal, timeoutMs: terms.timeoutMs, ifBusy: terms.ifBusy },
    // Requested by a person: no back-off.
    ignoreBackoff: true,
    only: (record) => falJobKey(record) === key,
    onProgress: (_key, progress) => context.output.progress(key, progress, ids),
    onDeadline: (warning) => showDeadline(context, warning, ids),
  });
  const record = (await listFalJobs()).find((one) => falJobKey(one) === key);
  return show(context, { key, ids, record, result: result ?? meanwhile(record) });
}

/** It was unfinished when the command began, but no longer when its turn came. */
function meanwhile(record: FalJob | undefined): FalResult {
  if (record?.status === 'ready') return { success: true, items: [] };
  const error = `It failed in another process: ${record?.error ?? 'the record does not say why'}`;
  return { success: false, code: 'provider-failed', retryable: false, error };
}

interface Shown {
  key: string;
  ids: object;
  record: FalJob | undefined;
  result: FalResult;
}

function show(context: Context, { key, ids, record, result }: Shown): Ending {
  const { output } = context;
  if (result.success) {
    const films = result.items.map(({ localPath }) => localPath).join(', ');
    output.done(key, `${key}: ${films === '' ? 'meanwhile finished by another process' : `ready, ${films}`}`);
    output.event('result', { ...ids, ...result });
    return { key, exitCode: EXIT.ok };
  }
  const resumable = record !== undefined && isFalUnfinished(record);
  return showFailure(context, { key, ids, result, resumable, expiresAt: record?.expiresAt });
}
