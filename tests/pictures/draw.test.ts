import { describe, expect, it } from 'vitest';
import { drawPosters, drawSheet } from '#lib/pictures/draw.ts';
import type { WholePicture } from '#lib/pictures/types.ts';

const TO = { full: '/poster', small: '/small' };
const picture = (mimeType: string): WholePicture => ({
  name: 'x',
  sizeBytes: 1,
  sha256: 'a',
  mimeType,
  width: 1,
  height: 1,
});

/** Where ffmpeg was asked to look, and a film that is so bright there; undefined: no picture. */
function easel(durationSeconds: number, brightnessAt: (seconds: number) => number | undefined) {
  const asked: string[] = [];
  let hasPicture = false;
  const ffmpeg = async (args: readonly string[]) => {
    const atSeconds = args.includes('-ss') ? Number(args[args.indexOf('-ss') + 1]) : 0;
    const isPoster = args.some((one) => one.endsWith(TO.full));
    const brightness = brightnessAt(atSeconds);
    if (isPoster) hasPicture = brightness !== undefined;
    asked.push(`${isPoster ? 'poster' : 'look'} ${atSeconds}`);
    return { output: brightness === undefined ? '' : `lavfi.signalstats.YAVG=${brightness}`, errors: '', exitCode: 0 };
  };
  const readPicture = async () => (hasPicture ? picture('image/webp') : undefined);
  return { asked, film: { path: '/film', sha256: 'a', durationSeconds }, ffmpeg, readPicture };
}

describe('the poster of a film', () => {
  it.each([
    [60, 'poster 1'],
    [1.5, 'poster 0.5'],
  ])('of %s seconds is that of an early moment', async (duration, moment) => {
    const film = easel(duration, () => 100);
    expect([await drawPosters(film, TO), film.asked]).toEqual([true, [moment]]);
  });

  it('is that of its start where there is none of the moment', async () => {
    const film = easel(60, (seconds) => (seconds === 0 ? 100 : undefined));
    expect([await drawPosters(film, TO), film.asked]).toEqual([true, ['poster 1', 'poster 0']]);
  });

  it('is that of the brightest moment where it would be nearly black', async () => {
    const film = easel(60, (seconds) => ({ 1: 16, 2: 20, 6: 90, 15: 200, 30: 80 })[seconds]);
    expect(await drawPosters(film, TO)).toBe(true);
    expect(film.asked).toEqual(['poster 1', 'look 2', 'look 6', 'look 15', 'look 30', 'poster 15']);
  });

  it('stays as it is where the film is dark throughout', async () => {
    const film = easel(60, () => 16);
    expect(await drawPosters(film, TO)).toBe(true);
    expect(film.asked.filter((one) => one.startsWith('poster'))).toEqual(['poster 1']);
  });

  it('is none where nothing can be drawn', async () => {
    expect(
      await drawPosters(
        easel(60, () => undefined),
        TO,
      ),
    ).toBe(false);
  });
});

describe('the sprite sheet of a film', () => {
  const plan = { intervalSeconds: 1, columns: 5, rows: 2, tiles: 8, width: 160, height: 90 } as never;
  const sheet = async (mimeType: string, durationSeconds = 10) => {
    const asked: string[] = [];
    const ffmpeg = async (args: readonly string[]) => {
      asked.push(args.join(' '));
      return { output: '', errors: '', exitCode: 0 };
    };
    const film = { path: '/film', sha256: 'a', durationSeconds };
    const tiles = await drawSheet({ film, ffmpeg, readPicture: async () => picture(mimeType) }, plan, '/sheet');
    return { tiles, asked };
  };

  it('has as many tiles as planned where ffmpeg does not count them, and is a JPEG or nothing', async () => {
    expect([(await sheet('image/jpeg')).tiles, (await sheet('image/webp')).tiles]).toEqual([8, undefined]);
  });

  it('takes the key frames alone of a long film', async () => {
    const [short, long] = [await sheet('image/jpeg', 119), await sheet('image/jpeg', 120)];
    expect([short, long].map(({ asked }) => asked[0]?.includes('nokey'))).toEqual([false, true]);
  });
});
