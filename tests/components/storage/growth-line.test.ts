import { expect, it } from 'vitest';
import { growthLine, HEIGHT, niceCeiling, WIDTH } from '#lib/components/storage/growth-line.ts';

const NOW_MS = Date.parse('2026-11-11T15:00:00Z');
const day = (name: string, totalBytes: number) => ({ day: name, videos: 1, bytes: 1, totalBytes });

it('the line begins with nothing the day before the first film, and goes on until today', () => {
  const picture = growthLine([day('2026-11-02', 400), day('2026-11-06', 1000)], NOW_MS);
  expect(picture).toMatchObject({ firstDay: '2026-11-01', lastDay: '2026-11-11', topBytes: 1000 });
  expect(picture?.line).toBe(`M0 ${HEIGHT}H100V144H500V0H${WIDTH}`);
  expect(picture?.area).toBe(`${picture?.line}V${HEIGHT}Z`);
});

it('films of today alone are a line, too', () => {
  expect(growthLine([day('2026-11-11', 5)], NOW_MS)?.line).toBe(`M0 ${HEIGHT}H${WIDTH}V0H${WIDTH}`);
});

it('a clock that is behind cuts nothing off', () => {
  expect(growthLine([day('2026-11-12', 5)], NOW_MS)?.lastDay).toBe('2026-11-12');
});

it('without films there is none', () => expect(growthLine([], NOW_MS)).toBeUndefined());

it.each([
  [0, 1],
  [1, 1],
  [999, 1000],
  [1001, 2000],
  [3_100_000, 5_000_000],
  [5_100_000, 10_000_000],
])('%i bytes are drawn below %i', (bytes, top) => expect(niceCeiling(bytes)).toBe(top));
