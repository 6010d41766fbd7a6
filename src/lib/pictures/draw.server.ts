import { inspectAsset } from '#lib/capture/capture.server.ts';
import { jpeg, webp } from '#lib/capture/formats/formats.server.ts';
import type { AssetFormat, InspectedFile } from '#lib/capture/types.ts';
import { brightnessArguments, brightnessIn, posterArguments, sheetArguments, tilesIn } from './ffmpeg-arguments.ts';
import type { SpritePlan } from './sprite-plan.ts';
import type { ToolResult } from './tool.server.ts';

/** What is drawn from, and with. */
export interface Easel {
  film: string;
  durationSeconds: number;
  /** Runs ffmpeg. */
  run(args: readonly string[]): Promise<ToolResult>;
}

/** A picture that decodes to a size above 0. */
export type WholePicture = InspectedFile & { media: { width: number; height: number } };

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
export async function drawPosters(easel: Easel, to: { full: string; small: string }): Promise<boolean> {
  const usual = Math.min(1, easel.durationSeconds / 3);
  const first = (await drawPosterAt(easel, usual, to)) ?? (await drawPosterAt(easel, 0, to));
  if (!first) return false;
  if (first.brightness >= NEARLY_BLACK) return true;
  const best = await brightestMoment(easel, usual);
  if (!best || best.brightness <= first.brightness) return true;
  const isBrighter = await drawPosterAt(easel, best.atSeconds, to);
  return Boolean(isBrighter ?? (await drawPosterAt(easel, first.atSeconds, to)));
}

interface Moment {
  atSeconds: number;
  brightness: number;
}

async function drawPosterAt(
  easel: Easel,
  atSeconds: number,
  to: { full: string; small: string },
): Promise<Moment | undefined> {
  // A seek behind the last frame can end with exit code 0 and no picture, or with one of 0x0.
  const { output } = await easel.run(posterArguments(easel.film, { atSeconds, ...to }));
  const pictures = await Promise.all([wholePicture(to.full, webp), wholePicture(to.small, webp)]);
  if (!pictures.every(Boolean)) return undefined;
  return { atSeconds, brightness: brightnessIn(output) ?? NEARLY_BLACK };
}

async function brightestMoment(easel: Easel, except: number): Promise<Moment | undefined> {
  const { durationSeconds, film } = easel;
  const points = [FURTHER_SECONDS, ...FURTHER_SHARES.map((share) => share * durationSeconds)];
  let best: Moment | undefined;
  for (const atSeconds of new Set(points)) {
    if (atSeconds >= durationSeconds || atSeconds === except) continue;
    const { output } = await easel.run(brightnessArguments(film, atSeconds));
    const brightness = brightnessIn(output);
    if (brightness !== undefined && brightness > (best?.brightness ?? -1)) best = { atSeconds, brightness };
  }
  return best;
}

/** @returns how many tiles the sheet has; undefined where there is none */
export async function drawSheet(easel: Easel, plan: SpritePlan, sheet: string): Promise<number | undefined> {
  const keyFramesOnly = easel.durationSeconds >= KEY_FRAMES_FROM_SECONDS;
  const { output } = await easel.run(sheetArguments(easel.film, plan, { sheet, keyFramesOnly }));
  if (!(await wholePicture(sheet, jpeg))) return undefined;
  return Math.min(plan.tiles, tilesIn(output) || plan.tiles);
}

/** The picture, if it is there and whole: an exit code proves neither. */
export async function wholePicture(path: string, format: AssetFormat): Promise<WholePicture | undefined> {
  const file = await inspectAsset(path, format).catch(() => undefined);
  const { width = 0, height = 0 } = file?.media ?? {};
  if (!file || file.problem !== undefined || width === 0 || height === 0) return undefined;
  return { ...file, media: { ...file.media, width, height } };
}
