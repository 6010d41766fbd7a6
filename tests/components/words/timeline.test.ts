import { describe, expect, it } from 'vitest';
import { between, markPositions, placeOfPoint, pointOfPlace, snap } from '#lib/components/words/timeline.ts';
import { spots } from '#lib/data/spots.ts';

describe('the places of the marks', () => {
  it.each(spots.map((spot) => [spot.name, spot.eras.map(({ year }) => year)] as const))(
    '%s: from one end to the other, in order, and never so near that labels meet',
    (_name, years) => {
      const positions = markPositions(years);
      expect(positions[0]).toBe(0);
      expect(positions.at(-1)).toBeCloseTo(1);
      const gaps = positions.slice(1).map((position, index) => position - (positions[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThan(0.7 / gaps.length);
    },
  );

  it('gives the longer time the longer way', () => {
    const [, middle = 0] = markPositions([-430, 1885, 2020]);
    expect(middle).toBeGreaterThan(0.6);
    const [, early = 1] = markPositions([1888, 1900, 2020]);
    expect(early).toBeLessThan(0.4);
  });

  it.each([
    ['not known', [undefined, 1900, undefined]],
    ['not in the order of time', [1900, 1888, 2020]],
    ['two of one year', [1900, 1900, 2020]],
  ])('shares the line evenly where a year is %s', (_why, years) => {
    expect(markPositions(years)).toEqual([0, 0.5, 1]);
  });

  it('bears a single mark', () => expect(markPositions([1900])).toEqual([0]));
});

describe('the handle', () => {
  const positions = [0, 0.4, 1];

  it.each([
    [0, { from: 0, to: 1, blend: 0 }],
    [0.25, { from: 0, to: 1, blend: 0.25 }],
    [1, { from: 1, to: 2, blend: 0 }],
    [2, { from: 1, to: 2, blend: 1 }],
    [9, { from: 1, to: 2, blend: 1 }],
    [-1, { from: 0, to: 1, blend: 0 }],
  ])('at %d stands between', (at, expected) => expect(between(at, 3)).toEqual(expected));

  it('has nowhere to go on a line of one mark', () => {
    expect(between(0.5, 1)).toEqual({ from: 0, to: 0, blend: 0 });
  });

  it.each([
    [0, 0],
    [0.2, 0.5],
    [0.4, 1],
    [0.7, 1.5],
    [1, 2],
    [-0.2, 0],
    [1.5, 2],
  ])('at the point %d of the line is at the place %d, and back', (point, place) => {
    expect(placeOfPoint(point, positions)).toBeCloseTo(place);
    expect(pointOfPlace(place, positions)).toBeCloseTo(Math.min(1, Math.max(0, point)));
  });

  it.each([
    [0.95, 1],
    [1.05, 1],
    [0.5, 0.5],
    [1.1, 1.1],
  ])('let go at %d comes to rest at %d', (at, rest) => expect(snap(at)).toBe(rest));
});
