import { distance } from 'fastest-levenshtein';
import { checkFields, checkValue, type Rule, rules } from '#lib/base/check-fields.ts';
import { MODEL_TABLE } from './model-table.ts';
import {
  ALL_RESOLUTIONS,
  type Durations,
  LEGACY_PIXELS,
  type Mode,
  type Ratio,
  type Resolution,
  type WanModel,
} from './model-traits.ts';
import { refuse, shown } from './option-checks.ts';

export type { Durations, Extra, Family, Mode, Ratio, Resolution, WanModel } from './model-traits.ts';

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

const MODEL_NAME: Rule = { holds: rules.text.holds, text: 'must be the name of a model, as text, like "wan2.7-t2v"' };
const PRICED: Readonly<Record<keyof Omit<CostQuestion, 'model'>, Rule>> = {
  resolution: {
    holds: (value) => ALL_RESOLUTIONS.some((one) => one === value),
    text: `must be one of ${ALL_RESOLUTIONS.join(', ')}`,
  },
  durationSeconds: { holds: (value) => typeof value === 'number', text: 'must be a number of whole seconds' },
  audio: rules.flag,
  hasVideoInput: rules.flag,
};

const BY_ID = new Map(MODEL_TABLE.map((model) => [model.id, model]));
const NEAREST_SHOWN = 3;

export function listModels(): readonly WanModel[] {
  return MODEL_TABLE;
}

/** @throws ReelError `invalid-input` for what is no text, and for an unknown id, naming the nearest known ones */
export function findModel(id: string): WanModel {
  checkValue(MODEL_NAME, 'model', id, 'submitting');
  const model = BY_ID.get(id);
  if (model) return model;
  const nearest = [...BY_ID.keys()].sort((a, b) => distance(id, a) - distance(id, b)).slice(0, NEAREST_SHOWN);
  throw refuse(`Unknown model "${id.slice(0, 80)}". Did you mean ${nearest.join(', ')}?`);
}

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

export function durationsAt(model: WanModel, resolution: Resolution): Durations {
  return model.durationsByResolution?.[resolution] ?? model.durations;
}

export function longestSeconds(durations: Durations): number {
  return 'min' in durations ? durations.max : Math.max(...durations);
}

/** Whether the model makes so many seconds at that resolution; -1 where it may choose them itself. */
function makesSeconds(model: WanModel, resolution: Resolution, seconds: number): boolean {
  if (seconds === -1) return model.autoDuration;
  const durations = durationsAt(model, resolution);
  if (!('min' in durations)) return durations.includes(seconds);
  return Number.isInteger(seconds) && seconds >= durations.min && seconds <= durations.max;
}

export interface CostQuestion {
  model: string;
  /** Default: what a request without one gets. One that the model does not have has no price. */
  resolution?: Resolution | undefined;
  /** Whole seconds that the model makes. -1, on Wan 3.0: the model chooses; then the longest is assumed. */
  durationSeconds?: number | undefined;
  audio?: boolean | undefined;
  /** A video is put in (to edit, to go on from, as a reference): then its seconds may be billed, too. */
  hasVideoInput?: boolean | undefined;
}

export interface CostEstimate {
  /** null: not known. Never 0 for "not known". */
  usd: number | null;
  unitUsd: number | null;
  /** As many as may be billed at most. */
  seconds: number;
  priceDate?: string;
  source?: string;
  note?: string;
}

/**
 * What a generation costs at most, by the list price of Singapore: seconds times the unit price. Failed generations are
 * not billed. Other regions have other prices, which are not in the table.
 * @throws ReelError `invalid-input` for an unknown model, and for a resolution or a length that is none of Wan's or of the
 * model's
 */
export function estimateCost(question: CostQuestion): CostEstimate {
  const shape = { label: 'options', text: 'must be an object with a model', required: { model: MODEL_NAME } };
  checkFields({ ...shape, optional: PRICED }, question, 'submitting');
  const model = findModel(question.model);
  const resolution = question.resolution ?? defaultResolution(model);
  const { seconds: made, note: lengthNote } = billedSeconds(model, resolution, question.durationSeconds);
  const seconds = question.hasVideoInput ? withInput(model, made) : made;
  const unitUsd = model.pricePerSecondUsd?.[resolution] ?? null;
  const unknown = `The price of ${model.id} at ${resolution} is not known here: see the pricing page of your region.`;
  const notes = [unitUsd === null ? unknown : model.priceNote, lengthNote].filter((note) => note !== null);
  return {
    // Binary fractions would show 0.1 * 3 as 0.30000000000000004.
    usd: unitUsd === null ? null : Math.round(unitUsd * seconds * 1e6) / 1e6,
    unitUsd,
    seconds,
    ...(unitUsd !== null && model.priceDate !== null && { priceDate: model.priceDate }),
    ...(unitUsd !== null && model.priceSource !== null && { source: model.priceSource }),
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

/** How long the video put in is nobody knows before the bill: as long as it may be. */
function withInput({ billedInputSeconds, maxSecondsTogether = Number.POSITIVE_INFINITY }: WanModel, made: number) {
  return Math.max(made, Math.min(made + billedInputSeconds, maxSecondsTogether));
}

function billedSeconds(model: WanModel, resolution: Resolution, asked: number | undefined) {
  if (asked !== undefined && !makesSeconds(model, resolution, asked)) throw refuseSeconds(model, resolution, asked);
  const longest = longestSeconds(durationsAt(model, resolution));
  if (asked === -1) return { seconds: longest, note: 'The model chooses the length: this is the most it can be.' };
  if (asked === undefined && model.sourceDuration) {
    return { seconds: longest, note: 'As long as what is put in: this is the most it can be.' };
  }
  return { seconds: asked ?? 5, note: null };
}

function refuseSeconds(model: WanModel, resolution: Resolution, asked: number) {
  const durations = durationsAt(model, resolution);
  const range = 'min' in durations ? `whole seconds from ${durations.min} to ${durations.max}` : durations.join(', ');
  const auto = model.autoDuration ? ', or -1 (the model chooses)' : '';
  return refuse(
    `durationSeconds ${shown(asked)} is not taken by ${model.id} at ${resolution}. Allowed: ${range}${auto}.`,
  );
}
