import { describe, expect, it } from 'vitest';
import {
  brightnessArguments,
  brightnessIn,
  lengthArguments,
  lengthIn,
  posterArguments,
  sheetArguments,
  smallerArguments,
  tilesIn,
} from '#lib/pictures/ffmpeg-arguments.ts';
import { planSprites } from '#lib/pictures/sprite-plan.ts';

const FILM = '/films/50%d off/a:b.mp4';
const plan = planSprites(5, 16, 9);
const COMMANDS = [
  ['posters', posterArguments(FILM, { atSeconds: 1, full: '/films/full', small: '/films/small' })],
  ['brightness', brightnessArguments(FILM, 0.5)],
  ['sheet', sheetArguments(FILM, plan, { sheet: '/films/sheet', keyFramesOnly: false })],
  ['length', lengthArguments(FILM)],
  ['smaller', smallerArguments(FILM, '/films/small')],
] as const;

describe.each(COMMANDS)('the command for the %s', (_name, args) => {
  const input = args.indexOf('-i');

  it('lets the input be nothing but a local file of a known kind', () => {
    const before = args.slice(0, input);
    expect(before[before.indexOf('-protocol_whitelist') + 1]).toBe('file');
    expect(before).toContain('-format_whitelist');
    expect(args[input + 1]).toBe(`file:${FILM}`);
  });

  it('reads no keyboard and writes every picture under its very name', () => {
    if (!args.includes('-show_entries')) expect(args).toContain('-nostdin');
    for (const [place, one] of args.entries()) {
      if (place > input + 1 && one.startsWith('file:')) expect(args.slice(place - 2, place)).toEqual(['-update', '1']);
    }
  });
});

it('seeks before it opens the film, and not at all for the first frame', () => {
  const at = (atSeconds: number) => posterArguments(FILM, { atSeconds, full: '/a', small: '/b' });
  const [seek, value] = at(0.04 / 3).slice(at(0.04 / 3).indexOf('-ss'));
  expect([seek, value]).toEqual(['-ss', '0.013']);
  expect(at(1).indexOf('-ss')).toBeLessThan(at(1).indexOf('-i'));
  expect(at(0)).not.toContain('-ss');
});

it('decodes only key frames of a film that is too long', () => {
  const long = sheetArguments(FILM, plan, { sheet: '/s', keyFramesOnly: true });
  expect(long.indexOf('nokey')).toBeGreaterThan(0);
  expect(long.indexOf('nokey')).toBeLessThan(long.indexOf('-i'));
  expect(sheetArguments(FILM, plan, { sheet: '/s', keyFramesOnly: false })).not.toContain('nokey');
});

it.each([
  ['5.040000\n5.100000\n', 5.04],
  ['N/A\n5.1\n', 5.1],
  ['N/A\nN/A\n', 0],
  ['', 0],
  ['-1\n0\ninf\n', 0],
])('reads the length in %j', (output, seconds) => {
  expect(lengthIn(output)).toBe(seconds);
});

it('reads the brightness of the first frame and the number of tiles', () => {
  expect(brightnessIn('frame:0\nlavfi.signalstats.YAVG=16.5\nframe:1\nlavfi.signalstats.YAVG=99\n')).toBe(16.5);
  expect(brightnessIn('')).toBeUndefined();
  expect(tilesIn('frame:0    pts:0\ntile=1\nframe:1    pts:1\ntile=1\n')).toBe(2);
});
