import { type Durations, LEGACY_PIXELS, type Ratio, type Resolution, type WanModel } from './traits.ts';

/**
 * How long the service keeps a task, and serves what it made:
 * https://www.alibabacloud.com/help/en/model-studio/manage-asynchronous-tasks
 */
export const TASK_LIFE_MS = 24 * 3_600_000;

/** 720P, or the smallest the model has: the defaults of the service are the dearest. */
export function defaultResolution(model: WanModel): Resolution {
  return model.resolutions.includes('720P') ? '720P' : (model.resolutions[0] ?? '720P');
}

/** What the model takes at that resolution; empty where the picture follows the input. */
export function ratiosAt(model: WanModel, resolution: Resolution): readonly Ratio[] {
  if (!model.sizedByPixels) return model.ratios;
  return model.ratios.filter((ratio) => LEGACY_PIXELS[resolution][ratio] !== undefined);
}

/** `width*height` for a legacy model; undefined where resolution and ratio make no pair. */
export function legacyPixels(resolution: Resolution, ratio: Ratio): string | undefined {
  return LEGACY_PIXELS[resolution][ratio];
}

export function longestSeconds(durations: Durations): number {
  return 'min' in durations ? durations.max : Math.max(...durations);
}

/**
 * Whether the model makes so many seconds: -1 where it may choose them itself, 0 where it may make as many as are put in.
 * @param withVideo a video is put in, which lets some models make fewer
 */
export function makesSeconds(model: WanModel, seconds: number, withVideo: boolean): boolean {
  if (seconds === -1 && model.autoDuration) return true;
  if (seconds === 0 && mayMatchSource(model)) return true;
  if (!Number.isInteger(seconds) || seconds < 1) return false;
  if (!model.limitsKnown) return true;
  if (withVideo && seconds > (model.maxSecondsWithVideo ?? seconds)) return false;
  const { durations } = model;
  return 'min' in durations ? seconds >= durations.min && seconds <= durations.max : durations.includes(seconds);
}

/** For a message: `whole seconds from 2 to 30, or -1 (the model chooses)`. */
export function secondsText(model: WanModel, withVideo: boolean): string {
  const auto = model.autoDuration ? ', or -1 (the model chooses)' : '';
  const source = mayMatchSource(model) ? ', or 0 (as long as the source)' : '';
  return `${model.limitsKnown ? rangeText(model, withVideo) : 'whole seconds'}${auto}${source}`;
}

function rangeText({ durations, maxSecondsWithVideo }: WanModel, withVideo: boolean): string {
  if (!('min' in durations)) return durations.join(', ');
  const most = Math.min(durations.max, (withVideo ? maxSecondsWithVideo : undefined) ?? durations.max);
  return `whole seconds from ${durations.min} to ${most}`;
}

function mayMatchSource(model: WanModel): boolean {
  return model.sourceDuration && model.takesDuration;
}
