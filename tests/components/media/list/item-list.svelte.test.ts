import { expect, it } from 'vitest';
import { ItemList } from '#lib/components/media/list/item-list.svelte.ts';
import { itemServer, mediaItem } from '../../../fixtures/media/item-views.ts';

async function listOf(count: number) {
  const server = itemServer(count);
  const list = new ItemList(await server.part({ limit: 100 }), (part) => server.part(part));
  return { server, list };
}

it('begins with the first part, and knows how many there are', async () => {
  const { list } = await listOf(10_000);
  expect([list.items.length, list.total]).toEqual([100, 10_000]);
});

it('reads on in small parts, and jumps to the end in large ones', async () => {
  const { server, list } = await listOf(10_000);
  await list.reach(120);
  expect(list.items.length).toBe(200);
  await list.reach(9_999);
  expect(list.items.length).toBe(10_000);
  expect(list.items.at(-1)?.id).toBe('i9999');
  expect(server.asked.length).toBeLessThan(15);
});

it('asks for no part twice, however often somebody scrolls', async () => {
  const { server, list } = await listOf(300);
  await Promise.all([list.reach(150), list.reach(160), list.reach(170)]);
  expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, '100']);
});

it('shows again all that it has shown, with what has come and gone', async () => {
  const { server, list } = await listOf(250);
  await list.reach(249);
  server.items.unshift(mediaItem({ id: 'new' }));
  server.items.pop();
  await list.refresh();
  expect([list.items.length, list.items[0]?.id, list.items.at(-1)?.id]).toEqual([250, 'new', 'i248']);
});

it('shows no item twice that a newer one has pushed into the next part', async () => {
  const { server, list } = await listOf(150);
  server.items.unshift(mediaItem({ id: 'new' }));
  await list.reach(149);
  expect(new Set(list.items.map(({ id }) => id)).size).toBe(list.items.length);
  expect(list.total).toBe(list.items.length);
});

it('says that it is old while the server does not respond, and goes on later', async () => {
  const { server, list } = await listOf(200);
  const { part } = server;
  server.part = () => Promise.reject(new TypeError('fetch failed'));
  await list.reach(150);
  expect([list.isStale, list.items.length]).toEqual([true, 100]);
  server.part = part;
  await list.reach(150);
  expect([list.isStale, list.items.length]).toEqual([false, 200]);
});

it('changes one item in its place', async () => {
  const { list } = await listOf(3);
  list.change(mediaItem({ id: 'i1', badge: 'lost' }));
  expect(list.items.map(({ badge }) => badge)).toEqual(['on-disk', 'lost', 'on-disk']);
});
