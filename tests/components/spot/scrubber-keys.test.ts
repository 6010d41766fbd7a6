import { expect, it } from 'vitest';
import { stepOf } from '#lib/components/spot/scrubber-keys.ts';

it.each([
  ['ArrowRight', false, 0, 1],
  ['ArrowUp', false, 0, 1],
  ['PageUp', false, 0, 1],
  ['ArrowRight', false, 2, 2],
  ['ArrowRight', false, 0.4, 1],
  ['ArrowLeft', false, 0.4, 0],
  ['ArrowLeft', false, 0, 0],
  ['ArrowDown', false, 2, 1],
  ['PageDown', true, 2, 1],
  ['Home', false, 1.5, 0],
  ['End', true, 0, 2],
  ['ArrowRight', true, 0, 0.1],
  ['ArrowLeft', true, 1, 0.9],
  ['ArrowRight', true, 0.7 + 0.2, 1],
  ['ArrowRight', true, 2, 2],
  ['Enter', false, 1, undefined],
  ['a', true, 1, undefined],
])('%s (Shift: %s) takes the handle from %d to %s', (key, shiftKey, at, expected) => {
  expect(stepOf({ key, shiftKey }, at, 2)).toBe(expected);
});

it('ends at a mark after ten tenths', () => {
  let at = 0;
  for (let step = 0; step < 10; step++) at = stepOf({ key: 'ArrowRight', shiftKey: true }, at, 2) ?? Number.NaN;
  expect(at).toBe(1);
});
