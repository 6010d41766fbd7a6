import { distance } from 'fastest-levenshtein';
import { wrongInput } from '#lib/base/input/wrong-input.ts';
import { refuse } from './refuse.ts';
import { MODEL_FOR_MODE, MODEL_TABLE } from './table.ts';
import type { Mode, WanModel } from './traits.ts';
import { unknownModel } from './unknown-model.ts';

const BY_ID = new Map(MODEL_TABLE.map((model) => [model.id, model]));
const NEAREST_SHOWN = 3;

export interface FindOptions {
  /** An id that the table does not know gets the traits of the nearest model, no limits of its own and no price. */
  allowUnknownModel?: boolean | undefined;
  /** What it is to do, where its name does not tell. @default 'text' */
  mode?: Mode | undefined;
}

export function listModels(): readonly WanModel[] {
  return MODEL_TABLE;
}

/**
 * @throws ReelError `invalid-input` for what is no text, and for an id that the table does not know, naming the nearest
 * known ones, unless it may be unknown
 */
export function findModel(id: string, { allowUnknownModel = false, mode = 'text' }: FindOptions = {}): WanModel {
  if (typeof id !== 'string') {
    throw wrongInput('model', 'must be the name of a model, as text, like "wan2.7-t2v"', id, 'submitting');
  }
  const known = BY_ID.get(id);
  if (known) return known;
  const guessed = allowUnknownModel ? unknownModel(id, MODEL_TABLE, MODEL_FOR_MODE[mode]) : undefined;
  if (guessed) return guessed;
  const nearest = [...BY_ID.keys()].sort((a, b) => distance(id, a) - distance(id, b)).slice(0, NEAREST_SHOWN);
  throw refuse(
    `Unknown model "${id.slice(0, 80)}". Did you mean ${nearest.join(', ')}? If the model does exist, set ` +
      'allowUnknownModel (--allow-unknown-model): its limits are then not checked, and its price is unknown.',
  );
}
