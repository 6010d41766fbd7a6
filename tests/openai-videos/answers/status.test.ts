import { describe, expect, it } from 'vitest';
import { statusOf } from '#lib/openai-videos/answers/status.ts';

describe('a status', () => {
  it.each([
    ['queued', ['queued', 'QUEUED', ' pending ', 'submitted', 'in-queue']],
    ['in_progress', ['in_progress', 'In Progress', 'in-progress', 'inProgress', 'processing', 'RUNNING']],
    ['completed', ['completed', 'COMPLETE', 'succeeded', 'Success', 'done', 'finished']],
    ['failed', ['failed', 'FAILURE', 'error']],
    ['cancelled', ['cancelled', 'canceled', 'CANCELED']],
    ['expired', ['expired']],
    ['deleted', ['deleted', 'Deleted']],
  ])('%s has its spellings', (status, words) => {
    for (const word of words) expect(statusOf(word)).toEqual({ status });
  });

  it.each([['paused'], ['constructor'], ['__proto__'], ['完成']])('%s is not known, and ends nothing', (word) => {
    expect(statusOf(word)).toEqual({ status: 'in_progress', unrecognisedStatus: word });
  });
});
