import { describe, expect, it } from 'vitest';
import { OpenAIVideosClient, type OpenAIVideosClientOptions } from '#lib/openai-videos/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { type Reply, reply, videoServer } from '../../fixtures/openai-videos/video-server.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const KEY = 'sk-videos-0123456789';

async function world(replies: Reply[], options: OpenAIVideosClientOptions = {}) {
  const server = await videoServer(...replies);
  const clock = new FakeClock();
  const client = new OpenAIVideosClient({ baseUrl: server.baseUrl, apiKey: KEY, clock, ...options });
  return { ...server, client, clock };
}

async function listed(client: OpenAIVideosClient, options = {}): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of client.list(options)) ids.push(id);
  return ids;
}

describe('list', () => {
  const page = (ids: string[], rest: object = {}) =>
    reply(200, { object: 'list', data: ids.map((id) => ({ id, status: 'queued' })), ...rest });

  it('reads page after page', async () => {
    const { client, seen } = await world([
      page(['c', 'b'], { has_more: true, last_id: 'b' }),
      page(['a'], { has_more: false }),
    ]);
    expect(await listed(client, { pageSize: 2 })).toEqual(['c', 'b', 'a']);
    expect(seen.map(({ path }) => path)).toEqual([
      '/v1/videos?limit=2&order=desc',
      '/v1/videos?limit=2&order=desc&after=b',
    ]);
  });

  it.each<[string, Reply[], string[]]>([
    ['no word of more', [page(['b', 'a'])], ['b', 'a']],
    ['always the same page', [page(['b', 'a'], { has_more: true })], ['b', 'a']],
    [
      'overlapping pages',
      [page(['c', 'b'], { has_more: true }), page(['b', 'a'], { has_more: false })],
      ['c', 'b', 'a'],
    ],
    ['a bare array', [reply(200, [{ id: 'a', status: 'done' }])], ['a']],
    ['rows without an id', [reply(200, { data: [{ status: 'queued' }, { id: 'a' }, null] })], ['a']],
    ['a failure that passes', [reply(503), page(['a'])], ['a']],
  ])('copes with %s', async (_name, replies, expected) => {
    const { client } = await world(replies);
    expect(await listed(client)).toEqual(expected);
  });

  it('reads on after a full page with a row that has no id, where the server does not say whether there is more', async () => {
    const full = reply(200, { data: [{ id: 'c' }, { status: 'queued' }] });
    const { client } = await world([full, page(['a'])]);
    expect(await listed(client, { pageSize: 2 })).toEqual(['c', 'a']);
  });

  it('is not offered by some servers', async () => {
    for (const status of [404, 405]) {
      const { client, seen } = await world([reply(status)]);
      expect(await rejection(listed(client))).toMatchObject({ code: 'not-found' });
      expect(seen).toHaveLength(1);
    }
  });
});
