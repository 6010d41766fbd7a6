import { expect, it } from 'vitest';
import { statusOf } from '#lib/fal/answers/status.ts';

it.each([
  [
    { status: 'IN_QUEUE', queue_position: 3 },
    { phase: 'queued', queuePosition: 3 },
  ],
  [
    { status: 'IN_QUEUE', queue_position: 'x' },
    { phase: 'queued', queuePosition: undefined },
  ],
  [
    { status: 'IN_PROGRESS', logs: null },
    { phase: 'running', lastLog: undefined },
  ],
  [
    { status: 'IN_PROGRESS', logs: [{ message: 'one' }, { message: ' two ', level: 'INFO' }, { message: ' ' }, 4] },
    { phase: 'running', lastLog: 'two' },
  ],
  [
    { status: 'COMPLETED', metrics: {} },
    { phase: 'completed', error: undefined },
  ],
  [
    { status: 'COMPLETED', error: null, error_type: null },
    { phase: 'completed', error: undefined },
  ],
  [
    { status: 'COMPLETED', error: 'It failed', error_type: 'runner_server_error' },
    { error: { type: 'runner_server_error', message: 'It failed' } },
  ],
  [{ status: 'COMPLETED', error_type: 'bad_request' }, { error: { type: 'bad_request', message: undefined } }],
  [{ status: 'COMPLETED', error: { detail: 'x' } }, { error: { type: undefined, message: undefined } }],
  // fal has no other end than COMPLETED.
  [{ status: 'PAUSED' }, { phase: 'running' }],
  [{ status: 'FAILED' }, { phase: 'running' }],
])('reads %j', (body, expected) => {
  expect(statusOf(body)).toMatchObject(expected);
});

it.each([undefined, null, 'x', [], {}, { status: 4 }])('takes %j for no status', (body) => {
  expect(statusOf(body)).toBeUndefined();
});
