import { expect, it } from 'vitest';
import { Ordering } from '#lib/components/live/ordering.svelte.ts';

it('keeps what was chosen for each video, piece by piece', () => {
  const ordering = new Ordering();
  expect(ordering.wishOf('a/1')).toEqual({});
  ordering.wish('a/1', { seconds: 5 });
  ordering.wish('a/1', { model: 'm' });
  ordering.wish('a/1', { seconds: 8 });
  expect([ordering.wishOf('a/1'), ordering.wishOf('b/1')]).toEqual([{ seconds: 8, model: 'm' }, {}]);
});

it('keeps a prompt of the visitor’s own until it is taken back', () => {
  const ordering = new Ordering();
  ordering.write('a/1', 'my words');
  expect([ordering.promptOf('a/1'), ordering.promptOf('b/1')]).toEqual(['my words', undefined]);
  ordering.write('a/1', undefined);
  expect(ordering.promptOf('a/1')).toBeUndefined();
});

it('begins afresh with its words after an order, and keeps the choices', () => {
  const ordering = new Ordering();
  ordering.wish('a/1', { seconds: 5 });
  ordering.write('a/1', 'my words');
  ordering.noteRefused('a/1', 'other words');
  ordering.noteRefused('b/1', 'words');
  ordering.done('a/1');
  expect([ordering.promptOf('a/1'), ordering.refusedOf('a/1')]).toEqual([undefined, undefined]);
  expect([ordering.wishOf('a/1'), ordering.refusedOf('b/1')]).toEqual([{ seconds: 5 }, 'words']);
});
