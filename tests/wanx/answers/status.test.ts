import { expect, it } from 'vitest';
import { statusOf } from '#lib/wanx/answers/status.ts';

it.each([
  ['PENDING', 'PENDING'],
  ['RUNNING', 'RUNNING'],
  ['SUCCEEDED', 'SUCCEEDED'],
  ['FAILED', 'FAILED'],
  ['CANCELED', 'CANCELED'],
  ['UNKNOWN', 'UNKNOWN'],
  [' Succeeded\n', 'SUCCEEDED'],
  ['Success', 'SUCCEEDED'],
  ['SUCCEED', 'SUCCEEDED'],
  ['completed', 'SUCCEEDED'],
  ['Finished', 'SUCCEEDED'],
  ['DONE', 'SUCCEEDED'],
  ['CANCELLED', 'CANCELED'],
  ['failure', 'FAILED'],
  ['FAIL', 'FAILED'],
])('the word %j means %s', (word, status) => {
  expect(statusOf(word)).toEqual({ status });
});

// UNKNOWN would mean that the task is gone, and any end that it is over: it is paid for, and waited for.
it.each(['SUSPENDED', 'THROTTLED', '', 'toString', 'constructor'])('the word %j ends no wait', (word) => {
  expect(statusOf(word)).toEqual({ status: 'RUNNING', unrecognisedStatus: word });
});
