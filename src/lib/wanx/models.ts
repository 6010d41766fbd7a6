// What each model takes and costs. Pure, so that a page may load it.
export {
  type CostEstimate,
  type CostQuestion,
  estimateCost,
  timesUsd,
  unitPrice,
} from '#lib/wanx/models/estimate-cost.ts';
export { type FindOptions, findModel, listModels } from '#lib/wanx/models/find-model.ts';
export {
  defaultResolution,
  legacyPixels,
  longestSeconds,
  makesSeconds,
  ratiosAt,
  secondsText,
  TASK_LIFE_MS,
} from '#lib/wanx/models/limits.ts';
export { MODEL_FOR_MODE } from '#lib/wanx/models/table.ts';
export {
  ALL_RATIOS,
  ALL_RESOLUTIONS,
  AUDIO_SETTINGS,
  type Durations,
  type Extra,
  type Family,
  type Mode,
  QUALITIES,
  type Quality,
  type Ratio,
  type Resolution,
  SHOT_TYPES,
  type WanModel,
} from '#lib/wanx/models/traits.ts';
export { countedLength, promptLength } from '#lib/wanx/prompt/text.ts';
