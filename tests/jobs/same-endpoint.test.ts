import { expect, it } from 'vitest';
import { assertSameEndpoint, isSameEndpoint } from '#lib/jobs/same-endpoint.ts';
import { intentAt, jobRecord } from '../fixtures/records/job-records.ts';

const job = { key: 'rome--ancient', provider: { endpoint: 'https://here.test' } };

it.each<[string | undefined, boolean]>([
  ['https://here.test', true],
  ['https://there.test', false],
  // Of an earlier version.
  [undefined, true],
])('a task that was made at %s may be asked for at https://here.test: %s', (endpoint, isSame) => {
  const record = jobRecord({ taskId: 'task-1', intent: intentAt('2026-11-21T00:00:00Z', { endpoint }) });
  expect(isSameEndpoint(job, record)).toBe(isSame);
  const check = () => assertSameEndpoint(job, record);
  if (isSame) return check();
  const message = expect.stringMatching(/rome--ancient was created at https:\/\/there\.test.*use https:\/\/here\.test/);
  expect(check).toThrow(expect.objectContaining({ code: 'config', taskId: 'task-1', billable: 'maybe', message }));
});

it('a record without a submission may go anywhere', () => {
  expect(() => assertSameEndpoint(job, jobRecord())).not.toThrow();
});
