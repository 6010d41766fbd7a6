import type { ProcessingJobRecord, ScrapedRecord } from './record.ts';

const MOST_JOBS = 10;

type Jobs = Pick<ScrapedRecord, 'processing_jobs'>;

/** A new attempt. One that is still running on record is of a process that has been stopped or killed. */
export function startJob({ processing_jobs: jobs }: Jobs, nowMs: number): Jobs {
  const attempt = Math.max(0, ...jobs.map((job) => job.attempt)) + 1;
  const former = jobs.map((job) => (job.status === 'running' ? ended(job, { status: 'interrupted' }, nowMs) : job));
  const job: ProcessingJobRecord = { attempt, status: 'running', stage: 'starting', startedAt: timeOf(nowMs) };
  return { processing_jobs: [...former, job].slice(-MOST_JOBS) };
}

/** What is new about the attempt that is running. */
export function noteJob(record: Jobs, change: Partial<ProcessingJobRecord>): Jobs {
  return changeRunning(record, (job) => ({ ...job, ...change }));
}

export function endJob(
  record: Jobs,
  end: { status: Exclude<ProcessingJobRecord['status'], 'running'>; error?: string; code?: string },
  nowMs: number,
): Jobs {
  return changeRunning(record, (job) => ended(job, end, nowMs));
}

function changeRunning(
  { processing_jobs: jobs }: Jobs,
  change: (job: ProcessingJobRecord) => ProcessingJobRecord,
): Jobs {
  return { processing_jobs: jobs.map((job) => (job.status === 'running' ? change(job) : job)) };
}

function ended(job: ProcessingJobRecord, end: Partial<ProcessingJobRecord>, nowMs: number): ProcessingJobRecord {
  return { ...job, ...end, endedAt: timeOf(nowMs) };
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
