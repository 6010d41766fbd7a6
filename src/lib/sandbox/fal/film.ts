import { pictureSize, RATIOS, TIERS } from '#lib/sandbox/clips/clip-sizes.ts';

/** The film that a model makes of its input, whatever it calls its fields. */
export interface FilmOrder {
  width: number;
  height: number;
  durationSeconds: number;
  count: number;
}

const LONGEST_SECONDS = 20;
const MOST_FILMS = 4;

export function filmOrderOf(input: Record<string, unknown>): FilmOrder {
  const { aspect_ratio: ratio = '16:9', resolution = '720p', duration = 5, num_videos: count = 1 } = input;
  const tier = TIERS.find((one) => one === String(resolution).toUpperCase()) ?? '720P';
  const seconds = Number(String(duration).replace(/s$/, ''));
  return {
    ...pictureSize(tier, RATIOS.find((one) => one === ratio) ?? '16:9'),
    durationSeconds: seconds >= 1 && seconds <= LONGEST_SECONDS ? seconds : 5,
    count: Math.min(MOST_FILMS, Math.max(1, Math.floor(Number(count)) || 1)),
  };
}

export function promptOf({ prompt }: Record<string, unknown>): string {
  return typeof prompt === 'string' ? prompt : '';
}
