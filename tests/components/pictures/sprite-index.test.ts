import { expect, it, vi } from 'vitest';
import { fetchSpriteIndex, parseSpriteIndex, spriteAt } from '#lib/components/pictures/sprite-index.ts';
import { planSprites, spriteIndexText } from '#lib/pictures/sprite-plan.ts';

const TEXT = spriteIndexText(planSprites(5.04, 1280, 720), {
  tiles: 11,
  durationSeconds: 5.04,
  sheetName: 'a b.sprites.jpg',
});

it('reads what is written', () => {
  const sprites = parseSpriteIndex(TEXT);
  expect(sprites).toHaveLength(11);
  expect(sprites[6]).toEqual({ startSeconds: 3, endSeconds: 3.5, x: 160, y: 90, width: 160, height: 90 });
  expect(sprites.at(-1)?.endSeconds).toBe(5.04);
});

it.each([
  [
    'other programs’ notation',
    'WEBVTT\r\n\r\n1\r\n00:01.000 --> 01:00:02.500 align:start\r\ns.jpg#xywh=pixel:1,2,3,4\r\n',
    1,
  ],
  ['a cue without a place', 'WEBVTT\n\n00:00.000 --> 00:01.000\ns.jpg\n', 0],
  ['an empty picture', 'WEBVTT\n\n00:00.000 --> 00:01.000\ns.jpg#xywh=0,0,0,4\n', 0],
  ['no time at all', 'WEBVTT\n\n00:01.000 --> 00:01.000\ns.jpg#xywh=0,0,3,4\n', 0],
  ['another file', '<!doctype html>', 0],
])('takes from %s what is usable', (_name, text, count) => {
  expect(parseSpriteIndex(text)).toHaveLength(count);
});

it.each([
  [-1, 0],
  [0, 0],
  [0.49, 0],
  [0.5, 0.5],
  [4.99, 4.5],
  [99, 5],
])('shows at %f s the picture of %f s', (seconds, start) => {
  expect(spriteAt(parseSpriteIndex(TEXT), seconds)?.startSeconds).toBe(start);
});

it('asks for an index once, and again only after it could not be had', async () => {
  const fetcher = vi.fn(async () => new Response(TEXT));
  await Promise.all([fetchSpriteIndex('/a?v=1', fetcher), fetchSpriteIndex('/a?v=1', fetcher)]);
  expect(fetcher).toHaveBeenCalledTimes(1);
  const failing = vi.fn(async () => new Response('', { status: 404 }));
  expect(await fetchSpriteIndex('/b?v=1', failing)).toEqual([]);
  await Promise.resolve();
  expect(await fetchSpriteIndex('/b?v=1', fetcher)).toHaveLength(11);
});
