import { expect, it } from 'vitest';
import { submittedOf } from '#lib/fal/answers/submitted.ts';

it.each([
  [
    { request_id: 'r', status_url: 'https://q/s' },
    { requestId: 'r', statusUrl: 'https://q/s', cancelUrl: undefined },
  ],
  [
    { request_id: 'r', response_url: 'javascript:x', status: 'odd' },
    { requestId: 'r', responseUrl: undefined },
  ],
  [{ request_id: 12 }, { requestId: '12' }],
])('keeps what was paid for: %j', (body, submitted) => {
  expect(submittedOf(body)).toMatchObject(submitted);
});

it.each([undefined, {}, { request_id: '' }, { request_id: null }])('%j names no request', (body) => {
  expect(submittedOf(body)).toBeUndefined();
});
