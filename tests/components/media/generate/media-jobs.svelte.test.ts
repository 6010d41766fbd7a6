import { expect, it } from 'vitest';
import { JobsOfProject } from '#lib/components/media/generate/media-jobs.svelte.ts';
import type { MediaJob } from '#lib/web/media/media-view.ts';

const job = (jobId: string, stage: string): MediaJob => ({
  ...{ jobId, model: 'fal-ai/kling', stage, createdAt: '2026-11-30T10:00:00.000Z' },
});

function watching() {
  const answers: Array<MediaJob[] | Error> = [];
  let ended = 0;
  const jobs = new JobsOfProject({
    async look() {
      const next = answers.shift() ?? [];
      if (next instanceof Error) throw next;
      return { jobs: next };
    },
    onend: () => {
      ended += 1;
    },
  });
  return { answers, jobs, ended: () => ended };
}

it('says once that something has ended, and not of what had ended before', async () => {
  const { answers, jobs, ended } = watching();
  answers.push([job('a', 'ready')], [job('b', 'queued'), job('a', 'ready')], [job('b', 'ready'), job('a', 'ready')]);
  await jobs.look();
  expect([jobs.isUnderWay, ended()]).toEqual([false, 0]);
  await jobs.look();
  expect([jobs.isUnderWay, ended()]).toEqual([true, 0]);
  await jobs.look();
  expect([jobs.isUnderWay, ended()]).toEqual([false, 1]);
});

it('takes a server that does not respond for no end', async () => {
  const { answers, jobs, ended } = watching();
  answers.push([job('a', 'generating')], new TypeError('fetch failed'));
  await jobs.look();
  await jobs.look();
  expect([jobs.isUnderWay, ended()]).toEqual([true, 0]);
});
