import { readSafely, UNREADABLE, wrongInput } from '#lib/base/input/wrong-input.ts';
import { findModel } from './find-model.ts';
import { defaultResolution, longestSeconds, makesSeconds, secondsText } from './limits.ts';
import { refuse, shown } from './refuse.ts';
import type { Region } from './regions.ts';
import { ALL_RESOLUTIONS, QUALITIES, type Quality, type Resolution, type WanModel } from './traits.ts';

export interface CostQuestion {
  model: string;
  /** The model may be missing from the table; then the price is unknown. */
  allowUnknownModel?: boolean | undefined;
  /** Default: what a request without one gets. One that the model does not have has no price. */
  resolution?: Resolution | undefined;
  /** Whole seconds that the model makes. -1, on Wan 3.0: the model chooses; then the longest is assumed. 0: as the source. */
  durationSeconds?: number | undefined;
  /** false makes it cheaper on some models. */
  audio?: boolean | undefined;
  /** Of the models that are priced by it. @default 'standard' */
  quality?: Quality | undefined;
  /** A video is put in (to edit, to go on from, as a reference): then its seconds may be billed, too. */
  hasVideoInput?: boolean | undefined;
  /** Of all that is put in and has a length. Default: as long as it may be. */
  inputSeconds?: number | undefined;
}

export interface CostEstimate {
  /** null: unknown. Never 0 for "unknown". */
  usd: number | null;
  unitUsd: number | null;
  /** As many as may be billed at most. */
  seconds: number;
  /** Whose list price it is. */
  priceRegion?: Region;
  priceDate?: string;
  source?: string;
  note?: string;
}

interface Rule {
  holds(value: unknown): boolean;
  text: string;
}
const FLAG: Rule = { holds: (value) => typeof value === 'boolean', text: 'must be true or false' };
// By hand: pages estimate with this too, and zod would be the largest part of their script.
const PRICED: Readonly<Record<keyof Omit<CostQuestion, 'model'>, Rule>> = {
  allowUnknownModel: FLAG,
  resolution: oneOfText(ALL_RESOLUTIONS),
  durationSeconds: { holds: (value) => typeof value === 'number', text: 'must be a number of whole seconds' },
  audio: FLAG,
  quality: oneOfText(QUALITIES),
  hasVideoInput: FLAG,
  inputSeconds: {
    holds: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
    text: 'must be a number of seconds above 0',
  },
};

function oneOfText(allowed: readonly string[]): Rule {
  return { holds: (value) => allowed.some((one) => one === value), text: `must be one of ${allowed.join(', ')}` };
}

function assertQuestion(question: unknown): void {
  if (typeof question !== 'object' || question === null || Array.isArray(question)) {
    throw wrongInput('options', 'must be an object with a model', question, 'submitting');
  }
  const fields = readSafely((): Record<string, unknown> => ({ ...question }));
  if (!fields) throw wrongInput('options', UNREADABLE, question, 'submitting');
  for (const [name, { holds, text }] of Object.entries(PRICED)) {
    if (fields[name] !== undefined && !holds(fields[name])) throw wrongInput(name, text, fields[name], 'submitting');
  }
}

/**
 * What a generation costs at most, by a list price, that of Singapore where the model is served there: seconds times the
 * unit price. Failed generations are not billed. Other regions have other prices, which are not in the table.
 * @throws ReelError `invalid-input` for an unknown model, and for a resolution or a length that is none of Wan's or of the
 * model's
 */
export function estimateCost(question: CostQuestion): CostEstimate {
  assertQuestion(question);
  const model = findModel(question.model, question);
  const { seconds, note: lengthNote } = billedSeconds(model, question);
  const unitUsd = unitPrice(model, question);
  const { priceRegion, priceDate, priceSource } = model;
  const notes = [unitUsd === null ? unknownPrice(model, question) : model.priceNote, lengthNote].filter(Boolean);
  return {
    usd: timesUsd(unitUsd, seconds),
    unitUsd,
    seconds,
    ...(unitUsd !== null && { priceRegion }),
    ...(unitUsd !== null && priceDate !== null && { priceDate }),
    ...(unitUsd !== null && priceSource !== null && { source: priceSource }),
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

/** Of a second of that model, in that resolution or quality, with sound or without; null: not known. */
export function unitPrice(model: WanModel, question: Omit<CostQuestion, 'model'>): number | null {
  const price = model.pricePerSecondUsd?.[pricedBy(model, question)];
  if (price === undefined) return null;
  return question.audio === false ? price * model.silentPriceShare : price;
}

/** Binary fractions would show 0.1 * 3 as 0.30000000000000004. */
export function timesUsd(unitUsd: number | null, seconds: number): number | null {
  return unitUsd === null ? null : Math.round(unitUsd * seconds * 1e6) / 1e6;
}

function pricedBy(model: WanModel, { resolution, quality = 'standard' }: Omit<CostQuestion, 'model'>) {
  return model.extras.includes('quality') ? quality : (resolution ?? defaultResolution(model));
}

function unknownPrice(model: WanModel, question: CostQuestion): string {
  const what = `The price of ${model.id} at ${pricedBy(model, question)}`;
  return `${what} is unknown: see the pricing page of your region.`;
}

/** An input of unknown length is assumed to be as long as it may be: its length is only known from the bill. */
function billedSeconds(model: WanModel, question: CostQuestion): { seconds: number; note: string | null } {
  const { inputSeconds, hasVideoInput = false } = question;
  const { seconds: made, note } = madeSeconds(model, question);
  if (!hasVideoInput) return { seconds: made, note };
  const { billedInputSeconds, maxSecondsTogether = Number.POSITIVE_INFINITY } = model;
  const input = Math.min(inputSeconds ?? billedInputSeconds, billedInputSeconds);
  return { seconds: Math.max(made, Math.min(made + input, maxSecondsTogether)), note };
}

function madeSeconds(model: WanModel, question: CostQuestion): { seconds: number; note: string | null } {
  const { durationSeconds: asked, inputSeconds, hasVideoInput = false } = question;
  if (asked !== undefined && !makesSeconds(model, asked, hasVideoInput)) {
    throw refuse(
      `durationSeconds ${shown(asked)} is not supported by ${model.id}. Allowed: ${secondsText(model, hasVideoInput)}.`,
    );
  }
  const longest = longestSeconds(model.durations);
  if (asked === -1) return { seconds: longest, note: 'The model chooses the length: this is the maximum.' };
  const isSource = asked === 0 || (asked === undefined && model.sourceDuration);
  if (!isSource) return { seconds: asked ?? 5, note: null };
  if (inputSeconds !== undefined) return { seconds: Math.min(inputSeconds, longest), note: null };
  return { seconds: longest, note: 'As long as the input: this is the maximum.' };
}
