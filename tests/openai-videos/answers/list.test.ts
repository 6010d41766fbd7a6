import { describe, expect, it } from 'vitest';
import { videoPageOf } from '#lib/openai-videos/answers/list.ts';

describe('a page of the list', () => {
  const rows = [{ id: 'b', status: 'queued' }, { id: 'a' }];
  it.each<[string, unknown, object]>([
    [
      'as documented',
      { object: 'list', data: rows, first_id: 'b', last_id: 'a', has_more: true },
      { ids: ['b', 'a'], hasMore: true, lastId: 'a' },
    ],
    ['that does not say whether there is more', { data: rows }, { ids: ['b', 'a'], hasMore: undefined, lastId: 'a' }],
    [
      'that says null',
      { data: rows, has_more: null, last_id: null },
      { ids: ['b', 'a'], hasMore: undefined, lastId: 'a' },
    ],
    ['that says it otherwise', { data: rows, has_more: 'no', last_id: 7 }, { hasMore: undefined, lastId: 'a' }],
    ['whose last one is not the last shown', { data: rows, last_id: 'z' }, { lastId: 'z' }],
    ['with an empty last one', { data: rows, last_id: '' }, { lastId: 'a' }],
    ['that is an array', rows, { ids: ['b', 'a'], hasMore: undefined, lastId: 'a' }],
    ['with rows that are none', { data: [null, 'x', { status: 'queued' }, ...rows] }, { ids: ['b', 'a'], rows: 5 }],
    ['that is empty', { data: [] }, { ids: [], lastId: undefined }],
  ])('%s', (_what, body, expected) => {
    const page = videoPageOf(body);
    expect({ ...page, ids: page?.videos.map(({ id }) => id) }).toMatchObject(expected);
  });

  it.each([undefined, null, 'x', {}, { data: 'x' }, { error: { message: 'no' } }])('is none: %o', (body) => {
    expect(videoPageOf(body)).toBeUndefined();
  });
});
