import { CURRENT_FAMILIES } from './current.ts';
import { HAPPYHORSE_FAMILIES } from './happyhorse.ts';
import { LEGACY_FAMILIES } from './legacy.ts';
import type { ModelFamily } from './model-family.ts';
import { PORTRAIT_FAMILIES } from './portrait.ts';
import { VACE_FAMILY } from './vace.ts';

export type { FieldRule, ModelFamily, RequestRules } from './model-family.ts';

/**
 * What each model takes, read from the provider's pages independently of `wanx/models.ts`, so that a mistake in one of the
 * two is noticed.
 */
export const MODEL_FAMILIES: readonly ModelFamily[] = [
  ...LEGACY_FAMILIES,
  VACE_FAMILY,
  ...CURRENT_FAMILIES,
  ...HAPPYHORSE_FAMILIES,
  ...PORTRAIT_FAMILIES,
];

/** Says whether a picture will do for wan2.2-s2v. It answers at once, so there is no task of it. */
export const DETECT_MODEL = 'wan2.2-s2v-detect';

export function familyOf(model: string): ModelFamily | undefined {
  return MODEL_FAMILIES.find((family) => family.models.includes(model));
}
