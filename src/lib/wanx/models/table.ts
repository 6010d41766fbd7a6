import { CURRENT_MODELS } from './current.ts';
import { HAPPYHORSE_MODELS } from './happyhorse.ts';
import { LEGACY_MODELS } from './legacy.ts';
import { PORTRAIT_MODELS } from './portrait.ts';
import type { Mode, WanModel } from './traits.ts';

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
