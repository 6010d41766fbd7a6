import { describe, expect, it } from 'vitest';
import { taskOf } from '#lib/wanx/answers/task.ts';

const LINK = 'https://results.example/video.mp4';

describe('the status of an answer with a link', () => {
  it.each(['Post-processed', 'DELIVERED', 'SUSPENDED', 'SUCCEEDED', '', null, 7])(
    'is success for the word %j',
    (word) => {
      const output = { task_id: 't', task_status: word, results: { video_url: LINK } };
      expect(taskOf({ output }, 't')).toMatchObject({ status: 'SUCCEEDED', videoUrl: LINK });
    },
  );

  it('names the word that is not known', () => {
    const output = { task_id: 't', task_status: 'DELIVERED', video_url: LINK };
    expect(taskOf({ output })?.unrecognisedStatus).toBe('DELIVERED');
  });

  it.each([
    ['PENDING', 'PENDING'],
    ['running', 'RUNNING'],
    ['FAILED', 'FAILED'],
    ['Cancelled', 'CANCELED'],
  ])('is what the word %s says', (word, status) => {
    expect(taskOf({ output: { task_id: 't', task_status: word, video_url: LINK } })).toMatchObject({ status });
  });
});

describe('why a task failed', () => {
  const reason = { code: 'DataInspectionFailed', message: 'inappropriate' };
  const failed = { task_id: 't', task_status: 'FAILED' };

  it.each<[string, object]>([
    ['beside the status', { output: { ...failed, ...reason } }],
    ['at the top', { output: failed, ...reason }],
    ['at the top, wrapped', { output: failed, error: reason }],
    ['beside the status, wrapped', { output: { ...failed, error: reason } }],
    ['in the list of results', { output: { ...failed, results: [reason] } }],
    ['in a single result', { output: { ...failed, results: reason } }],
  ])('is read where it stands %s', (_where, body) => {
    expect(taskOf(body)).toMatchObject({ status: 'FAILED', ...reason });
  });

  it('is what stands nearest to the status', () => {
    const body = { output: { ...failed, message: 'inappropriate' }, error: reason, code: 'X', message: 'other' };
    expect(taskOf(body)).toMatchObject({ code: 'X', message: 'inappropriate' });
  });
});
