import { expect, it } from 'vitest';
import { Places } from '#lib/web/access/places.ts';

function taken(places: Places, visitor: string): () => void {
  const leave = places.take(visitor);
  if (typeof leave !== 'function') throw new Error(leave);
  return leave;
}

it('gives nobody all places', () => {
  const places = new Places({ most: 5, mostEach: 3 });
  for (let count = 0; count < 3; count += 1) taken(places, 'greedy');
  expect(places.take('greedy')).toBe('enough');
  taken(places, 'other');
  taken(places, 'third');
  expect([places.take('fourth'), places.take('other'), places.take('greedy')]).toEqual(['full', 'full', 'enough']);
});

it('gets each back once, and then forgets the visitor', () => {
  const places = new Places({ most: 2, mostEach: 1 });
  const leave = taken(places, 'a');
  taken(places, 'b');
  leave();
  leave();
  expect(places.taken).toBe(1);
  taken(places, 'c');
  expect(places.take('a')).toBe('full');
});

it('limits who is not known only together with all others', () => {
  const places = new Places({ most: 3, mostEach: 1 });
  const leave = [places.take(undefined), places.take(undefined), places.take('known')];
  expect(leave.map((one) => typeof one)).toEqual(['function', 'function', 'function']);
  expect(places.take(undefined)).toBe('full');
  for (const one of leave) if (typeof one === 'function') one();
  expect(places.taken).toBe(0);
});
