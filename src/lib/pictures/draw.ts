import { brightnessArguments, brightnessIn, posterArguments, sheetArguments, tilesIn } from './ffmpeg-arguments.ts';
import type { SpritePlan } from './sprite-plan.ts';
import type { FilmFacts, RunTool, Tools } from './types.ts';

/** What is drawn from, and with. */
export interface Easel extends Pick<Tools, 'readPicture'> {
  film: FilmFacts;
  ffmpeg: RunTool;
}

/** From here on a frame counts as more than black: 16 is black in the scale of television. */
const NEARLY_BLACK = 32;
/** A film that fades in shows nothing at its start. */
const FURTHER_SHARES = [0.1, 0.25, 0.5];
const FURTHER_SECONDS = 2;
/** Decoding all of a longer film takes minutes; its key frames are close enough to the tiles. */
const KEY_FRAMES_FROM_SECONDS = 120;

/**
 * Draws both sizes of the poster: of the moment at one second, or a third of a shorter film; where that is nearly black, of
 * the brightest of a few others.
 * @returns whether both are there
 */
export async function drawPosters(easel: Easel, to: PosterPaths): Promise<boolean> {
  const usual = Math.min(1, easel.film.durationSeconds / 3);
  const first = (await drawPosterAt(easel, usual, to)) ?? (await drawPosterAt(easel, 0, to));
  if (!first) return false;
  if (first.brightness >= NEARLY_BLACK) return true;
  const best = await brightestMoment(easel, usual);
  if (!best || best.brightness <= first.brightness) return true;
  const isBrighter = await drawPosterAt(easel, best.atSeconds, to);
  return Boolean(isBrighter ?? (await drawPosterAt(easel, first.atSeconds, to)));
}

export interface PosterPaths {
  full: string;
  small: string;
}

interface Moment {
  atSeconds: number;
  brightness: number;
}

async function drawPosterAt(easel: Easel, atSeconds: number, to: PosterPaths): Promise<Moment | undefined> {
  // A seek behind the last frame can end with exit code 0 and no picture, or with one of 0x0.
  const { output } = await easel.ffmpeg(posterArguments(easel.film.path, { atSeconds, ...to }));
  const pictures = await Promise.all([easel.readPicture(to.full), easel.readPicture(to.small)]);
  if (!pictures.every(isWebp)) return undefined;
  return { atSeconds, brightness: brightnessIn(output) ?? NEARLY_BLACK };
}

function isWebp(picture: { mimeType: string } | undefined): boolean {
  return picture?.mimeType === 'image/webp';
}

async function brightestMoment({ film, ffmpeg }: Easel, except: number): Promise<Moment | undefined> {
  const points = [FURTHER_SECONDS, ...FURTHER_SHARES.map((share) => share * film.durationSeconds)];
  let best: Moment | undefined;
  for (const atSeconds of new Set(points)) {
    if (atSeconds >= film.durationSeconds || atSeconds === except) continue;
    const { output } = await ffmpeg(brightnessArguments(film.path, atSeconds));
    const brightness = brightnessIn(output);
    if (brightness !== undefined && brightness > (best?.brightness ?? -1)) best = { atSeconds, brightness };
  }
  return best;
}

/** @returns how many tiles the sheet has; undefined where there is none */
export async function drawSheet(easel: Easel, plan: SpritePlan, sheet: string): Promise<number | undefined> {
  const { film, ffmpeg, readPicture } = easel;
  const keyFramesOnly = film.durationSeconds >= KEY_FRAMES_FROM_SECONDS;
  const { output } = await ffmpeg(sheetArguments(film.path, plan, { sheet, keyFramesOnly }));
  const picture = await readPicture(sheet);
  if (picture?.mimeType !== 'image/jpeg') return undefined;
  return Math.min(plan.tiles, tilesIn(output) || plan.tiles);
}
