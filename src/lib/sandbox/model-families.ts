import { CURRENT_FAMILIES } from './families-current.ts';
import { LEGACY_FAMILIES } from './families-legacy.ts';
import type { ModelFamily } from './model-family.ts';

export type { FieldRule, ModelFamily } from './model-family.ts';

/**
 * What each model takes, read from the provider's pages independently of `wanx/models.ts`, so that a mistake in one of the
 * two shows.
 */
export const MODEL_FAMILIES: readonly ModelFamily[] = [...LEGACY_FAMILIES, ...CURRENT_FAMILIES];

export function familyOf(model: string): ModelFamily | undefined {
  return MODEL_FAMILIES.find((family) => family.models.includes(model));
}
