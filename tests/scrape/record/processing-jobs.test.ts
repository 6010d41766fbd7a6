import { describe, expect, it } from 'vitest';
import { endJob, noteJob, startJob } from '#lib/scrape/record/processing-jobs.ts';

const AT = (second: number) => Date.UTC(2026, 10, 21, 0, 0, second);
const iso = (second: number) => new Date(AT(second)).toISOString();

describe('the jobs of a film', () => {
  it('tell of each attempt how far it came and how it ended', () => {
    const first = noteJob(startJob({ processing_jobs: [] }, AT(0)), { stage: 'downloading', bytesReceived: 7 });
    const second = startJob(endJob(first, { status: 'failed', error: 'cut', code: 'network' }, AT(1)), AT(2));
    expect(second.processing_jobs).toEqual([
      {
        ...{ attempt: 1, status: 'failed', stage: 'downloading', bytesReceived: 7, error: 'cut', code: 'network' },
        ...{ startedAt: iso(0), endedAt: iso(1) },
      },
      { attempt: 2, status: 'running', stage: 'starting', startedAt: iso(2) },
    ]);
  });

  it('say that one was interrupted that is running when the next one starts', () => {
    const { processing_jobs: jobs } = startJob(startJob({ processing_jobs: [] }, AT(0)), AT(5));
    expect(jobs.map(({ status, endedAt }) => [status, endedAt])).toEqual([
      ['interrupted', iso(5)],
      ['running', undefined],
    ]);
  });

  it('are the newest ten, and keep their numbers', () => {
    let record: Parameters<typeof startJob>[0] = { processing_jobs: [] };
    for (let index = 0; index < 25; index += 1) record = startJob(record, AT(index));
    expect(record.processing_jobs.map(({ attempt }) => attempt)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  });
});
