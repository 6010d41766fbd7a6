import { expect, it } from 'vitest';
import { taskPath } from '#lib/wanx/dashscope/task-path.ts';

it.each([
  ['86b3-0a', '/tasks/86b3-0a'],
  ['eu/west/7', '/tasks/eu%2Fwest%2F7'],
  ['a?b=c#d', '/tasks/a%3Fb%3Dc%23d'],
  ['%2e%2e', '/tasks/%252e%252e'],
  ['é 1', '/tasks/%C3%A9%201'],
  ['...', '/tasks/...'],
  ['x'.repeat(512), `/tasks/${'x'.repeat(512)}`],
])('the task %s is asked for at one place below /tasks', (taskId, path) => {
  expect(taskPath(taskId)).toBe(path);
  expect(new URL(`https://h/api/v1${path}`).pathname).toBe(`/api/v1${path}`);
});

// It may have been bought all the same.
it.each(['', '.', '..', 'x'.repeat(513), 'half \ud800'])('the task %j cannot be asked for', (taskId) => {
  expect(() => taskPath(taskId)).toThrow(expect.objectContaining({ code: 'invalid-input', billable: 'maybe' }));
});

it.each([undefined, null, 5, {}])('%j is the id of no task, and cost nothing', (taskId) => {
  const untyped = taskPath as (taskId: unknown) => string;
  expect(() => untyped(taskId)).toThrow(
    expect.objectContaining({ code: 'invalid-input', stage: 'configuring', billable: 'no' }),
  );
});
