import { expect, it } from 'vitest';
import { historyPageOf } from '#lib/fal/answers/history.ts';

const ROW = { request_id: 'r', sent_at: '2026-11-29T00:00:00Z', status_code: 200, json_input: { a: 1 }, extra: 1 };

it.each([
  [{ items: [] }, { requests: [], nextCursor: undefined }],
  [{ items: [], has_more: false, next_cursor: null }, { nextCursor: undefined }],
  [
    { items: [ROW], has_more: true, next_cursor: 'c' },
    { nextCursor: 'c', requests: [{ requestId: 'r', input: { a: 1 } }] },
  ],
  [{ items: [ROW], next_cursor: 'c' }, { nextCursor: 'c' }],
  [{ items: [ROW], has_more: false, next_cursor: 'c' }, { nextCursor: undefined }],
  [{ items: [{ ...ROW, json_input: '{"a":1}' }] }, { requests: [{ input: { a: 1 } }] }],
  [{ items: [{ ...ROW, json_input: null }] }, { requests: [{ input: undefined }] }],
  [{ items: [{ ...ROW, json_input: '{cut' }] }, { requests: [{ input: undefined }] }],
  [{ items: [{ request_id: 'r', sent_at: 'odd' }] }, { requests: [{ requestId: 'r', sentAt: undefined }] }],
])('reads %j', (body, page) => {
  expect(historyPageOf(body)).toMatchObject(page);
});

it.each([
  undefined,
  {},
  { items: null },
  { items: [{ endpoint_id: 'x' }] },
  { items: [ROW, 'odd'] },
  // More, and no way to it: the row could be there.
  { items: [], has_more: true, next_cursor: null },
])('cannot read %j as a whole', (body) => {
  expect(historyPageOf(body)).toBeUndefined();
});
