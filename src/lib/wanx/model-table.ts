import type { Mode, WanModel } from './model-traits.ts';
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

/** Which model a request without one gets, when the configured model does not take its mode. */
export const MODEL_FOR_MODE: Record<Mode, string> = {
  text: 'wan2.7-t2v',
  image: 'wan2.7-i2v',
  'first-and-last-frame': 'wan2.7-i2v',
  reference: 'wan2.7-r2v',
  edit: 'wan2.7-videoedit',
  continuation: 'wan2.7-i2v',
  document: 'wan3.0-video',
  motion: 'wan2.2-animate-move',
};
