import { expect, it } from 'vitest';
import { timeline } from '#lib/sandbox/dashscope/world/task-timeline.ts';

function task(taskId: string, submittedAtMs: number, rest: { model?: string; canceledAtMs?: number } = {}) {
  return { taskId, model: 'one', submittedAtMs, durationMs: 1000, ...rest };
}
const startsOf = (tasks: Parameters<typeof timeline>[0], slots: number) =>
  [...timeline(tasks, () => slots).values()].map(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]);

it('lets a task wait a quarter of its time, then run', () => {
  expect(startsOf([task('a', 0)], 1)).toEqual([[250, 1000]]);
});

it('runs as many at once as there are places, in the order of submission', () => {
  const tasks = [task('a', 0), task('b', 10), task('c', 20), task('d', 30)];
  expect(startsOf(tasks, 2)).toEqual([
    [250, 1000],
    [260, 1010],
    [1000, 1750],
    [1010, 1760],
  ]);
});

it('gives the place of a cancelled task to the next', () => {
  const tasks = [task('a', 0, { canceledAtMs: 5 }), task('b', 10)];
  expect(startsOf(tasks, 1)[1]).toEqual([260, 1010]);
});

it('counts the places of each model apart', () => {
  expect(startsOf([task('a', 0), task('b', 0, { model: 'two' })], 1)[1]).toEqual([250, 1000]);
});
