import type { WanModel } from './model-traits.ts';
import { CURRENT_MODELS } from './models-current.ts';
import { HAPPYHORSE_MODELS } from './models-happyhorse.ts';
import { LEGACY_MODELS } from './models-legacy.ts';
import { PORTRAIT_MODELS } from './models-portrait.ts';

/**
 * What each model takes, from Alibaba's API pages as of 2026-11. Where a page is silent, the narrower reading is taken:
 * a refused option costs nothing, an ignored one is billed.
 */
export const MODEL_TABLE: readonly WanModel[] = Object.entries({
  ...CURRENT_MODELS,
  ...HAPPYHORSE_MODELS,
  ...LEGACY_MODELS,
  ...PORTRAIT_MODELS,
}).map(([id, traits]) => ({ id, ...traits }));
