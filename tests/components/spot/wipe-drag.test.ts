import { describe, expect, it } from 'vitest';
import { pairAt, WipeDrag } from '#lib/components/spot/wipe-drag.ts';

const BOX = { left: 100, width: 1000 };

describe('a hand on the picture', () => {
  it('wipes to where it is, and no further than the next era', () => {
    const drag = new WipeDrag();
    drag.down(600, 1);
    expect(drag.move(620, BOX)).toBeCloseTo(1.52);
    expect(drag.move(9999, BOX)).toBe(2);
    expect(drag.move(0, BOX)).toBe(1);
    expect(drag.up()).toBe('drag');
  });

  it('presses when it hardly moves', () => {
    const drag = new WipeDrag();
    drag.down(600, 0);
    expect(drag.move(603, BOX)).toBeUndefined();
    expect(drag.up()).toBe('press');
  });

  it('goes on dragging when it comes back to where it began', () => {
    const drag = new WipeDrag();
    drag.down(600, 0);
    drag.move(700, BOX);
    expect(drag.move(600, BOX)).toBe(0.5);
    expect(drag.up()).toBe('drag');
  });

  it('does nothing that did not begin on the picture', () => {
    const drag = new WipeDrag();
    expect(drag.move(700, BOX)).toBeUndefined();
    expect(drag.up()).toBe('nothing');
  });
});

it.each([
  ['the next era', 0, [true, true, true], 0],
  ['the next, made or not', 1, [false, true, false], 1],
  ['the one before, where only that has a film', 1, [true, true, false], 0],
  ['the one before, at the end', 2, [true, true, true], 1],
  ['itself, where it is alone', 0, [true], 0],
])('pairs an era with %s', (_what, index, hasFilm, pair) => expect(pairAt(index, hasFilm)).toBe(pair));
