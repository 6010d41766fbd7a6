import type { OrderOptions } from '#lib/components/live/orders.ts';
import { estimateCost, findModel, listModels, type Resolution, type WanModel } from '#lib/wanx/models.ts';

/** What a visitor chose on the page. */
export interface Wish {
  model?: string;
  resolution?: string;
  seconds?: number;
}

export interface OrderChoices {
  models: readonly string[];
  resolutions: readonly Resolution[];
  /** Whole seconds. */
  lengths: readonly number[];
  model: string;
  resolution: Resolution;
  seconds: number;
  estimateUsd: number | null;
}

const USUAL_SECONDS = 5;
/** A list of every second would be too long: these, if the model supports them, and its shortest and longest. */
const OFFERED_SECONDS = [3, 5, 8, 10, 15];

/**
 * What can be chosen for an order and what it would cost. A choice that is incompatible with the others is replaced.
 * @param usualModel the model of an order that does not name one
 * @returns undefined if this app does not know that model, or if it cannot make a video from a prompt alone
 */
export function choicesFor(usualModel: string, wish: Wish): OrderChoices | undefined {
  const makers = listModels().filter(isTextToVideo);
  const models = makers.map(({ id }) => id);
  if (!models.includes(usualModel)) return undefined;
  const model = findModel(pick(models, wish.model, usualModel));
  const resolution = pick(model.resolutions, wish.resolution, '720P');
  const lengths = lengthsOf(model);
  const seconds = pick(lengths, wish.seconds, USUAL_SECONDS);
  const { usd } = estimateCost({ model: model.id, resolution, durationSeconds: seconds });
  return { models, resolutions: model.resolutions, lengths, model: model.id, resolution, seconds, estimateUsd: usd };
}

/** The order for a wish, and its cost; an empty wish sends nothing, and the server's defaults apply. */
export function wishedOrder(usualModel: string, wish: Wish): { options: OrderOptions; estimateUsd?: number | null } {
  const choices = Object.keys(wish).length > 0 ? choicesFor(usualModel, wish) : undefined;
  if (!choices) return { options: {} };
  const { model, resolution, seconds, estimateUsd } = choices;
  return { options: { model, resolution, durationSeconds: seconds }, estimateUsd };
}

function isTextToVideo({ modes }: WanModel): boolean {
  return modes.includes('text');
}

function lengthsOf({ durations }: WanModel): readonly number[] {
  if (!('min' in durations)) return durations;
  const { min, max } = durations;
  const inside = OFFERED_SECONDS.filter((seconds) => seconds > min && seconds < max);
  return [...new Set([min, ...inside, max])];
}

/** The wanted one if available, else the usual one, else the first. */
function pick<T extends string | number>(from: readonly T[], wanted: unknown, usual: T): T {
  return from.find((one) => one === wanted) ?? from.find((one) => one === usual) ?? from[0] ?? usual;
}
