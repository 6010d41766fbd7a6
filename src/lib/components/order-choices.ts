import { durationsAt, estimateCost, findModel, type Resolution, type WanModel } from '#lib/wanx/models.ts';

export interface OrderChoices {
  resolutions: readonly Resolution[];
  /** Whole seconds. */
  lengths: readonly number[];
  resolution: Resolution;
  seconds: number;
  estimateUsd: number | null;
}

const USUAL_SECONDS = 5;
/** A list of every second would be long: these, where the model takes them, and its shortest and longest. */
const OFFERED_SECONDS = [3, 5, 8, 10, 15];

/**
 * What can be chosen for an order and what it would cost. A choice that does not go with the others gives way.
 * undefined for a model that this app does not know or that makes no video from words alone.
 */
export function choicesFor(
  modelId: string,
  wanted: { resolution?: Resolution | undefined; seconds?: number | undefined },
): OrderChoices | undefined {
  const model = knownModel(modelId);
  if (!model?.modes.includes('text')) return undefined;
  const usual = estimateCost({ model: modelId });
  const resolution = pick(model.resolutions, wanted.resolution, pick(model.resolutions, '720P', '720P'));
  const lengths = lengthsOf(model, resolution);
  const seconds = pick(lengths, wanted.seconds, pick(lengths, USUAL_SECONDS, usual.seconds));
  const { usd } = estimateCost({ model: modelId, resolution, durationSeconds: seconds });
  return { resolutions: model.resolutions, lengths, resolution, seconds, estimateUsd: usd };
}

function knownModel(id: string): WanModel | undefined {
  try {
    return findModel(id);
  } catch {
    return undefined;
  }
}

function lengthsOf(model: WanModel, resolution: Resolution): readonly number[] {
  const durations = durationsAt(model, resolution);
  if (!('min' in durations)) return durations;
  const { min, max } = durations;
  const inside = OFFERED_SECONDS.filter((seconds) => seconds > min && seconds < max);
  return [...new Set([min, ...inside, max])];
}

function pick<T>(from: readonly T[], wanted: T | undefined, otherwise: T): T {
  if (wanted !== undefined && from.includes(wanted)) return wanted;
  return from.includes(otherwise) ? otherwise : (from[0] ?? otherwise);
}
