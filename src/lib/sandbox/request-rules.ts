import { z } from 'zod';
import { parseLegacySize, pictureSize, RATIOS, type Ratio, TIERS, type Tier } from './clip-sizes.ts';
import { checkCombination } from './combination-rules.ts';
import {
  checkMedia,
  checkMediaUrl,
  failsLater,
  type MediaContext,
  type MediaItem,
  parseMediaList,
} from './media-rules.ts';
import { type FieldRule, familyOf, type ModelFamily } from './model-families.ts';
import { invalidParameter, type Refusal } from './refusal.ts';

/** What an accepted request asks for, in the terms of the clips. */
export interface Order {
  model: string;
  prompt: string;
  promptExtend: boolean;
  tier: Tier;
  ratio: Ratio;
  width: number;
  height: number;
  durationSeconds: number;
  audio: boolean;
  failsLater: boolean;
}

const bodySchema = z.looseObject({
  model: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});
type Fields = Record<string, unknown>;

// The Python SDK puts this into every request; the provider ignores it.
const IGNORED_INPUTS = new Set(['extend_prompt']);

/** Reads a create request the way the provider does: an order, or the refusal that a real account would see. */
export function readOrder(path: string, body: unknown, media: MediaContext): Order | Refusal {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return badRequest('IllegalInput', 'The request body is not as required.');
  const { model, input, parameters } = parsed.data;
  if (!model) return badRequest('EmptyModel', 'Required parameter "model" missing from body.');
  if (input === undefined) return badRequest('EmptyInput', 'Required parameter "input" missing from body.');
  if (parameters === undefined)
    return badRequest('EmptyParameters', 'Required parameter "parameters" missing from body.');
  const family = familyOf(model);
  if (family === undefined) return invalidParameter('Model not exist.');
  if (family.path !== path) return invalidParameter('url error, please check url！');
  const refusal =
    checkFields('input', input, family.inputs, media) ??
    checkFields('parameters', parameters, family.parameters, media) ??
    checkRequired(family, input);
  if (refusal !== undefined) return refusal;
  const list = input.media === undefined ? [] : parseMediaList(input.media);
  if (!Array.isArray(list)) return list;
  const unfit = checkMediaItems(family, list, media) ?? checkCombination({ family, input, parameters, list });
  return unfit ?? toOrder(model, family, input, parameters, list);
}

export function isRefusal(value: Order | Refusal): value is Refusal {
  return 'status' in value;
}

const badRequest = (kind: string, message: string): Refusal => ({ status: 400, code: `BadRequest.${kind}`, message });

function checkFields(group: string, fields: Fields, rules: Record<string, FieldRule>, media: MediaContext) {
  for (const [name, value] of Object.entries(fields)) {
    const field = `${group}.${name}`;
    if (IGNORED_INPUTS.has(name)) continue;
    const rule = rules[name];
    if (rule === undefined) return invalidParameter(`${field} is not supported by this model.`);
    const refusal = checkField(field, value, rule, media);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkField(field: string, value: unknown, rule: FieldRule, media: MediaContext): Refusal | undefined {
  if (rule === 'media-list') return undefined;
  if (rule === 'boolean' || rule === 'string') {
    return typeof value === rule ? undefined : invalidParameter(`${field} must be a ${rule}.`);
  }
  if (rule === 'media-url' || rule === 'media-urls') return checkMediaField(field, value, rule, media);
  if ('listOf' in rule) {
    const fits = Array.isArray(value) && value.every((word) => rule.listOf.some((allowed) => allowed === word));
    return fits ? undefined : invalidParameter(`${field} must be a list of ${rule.listOf.join(', ')}.`);
  }
  if ('oneOf' in rule) {
    const allowed = rule.oneOf.some((candidate) => candidate === value);
    return allowed ? undefined : invalidParameter(`${field} must be one of ${rule.oneOf.join(', ')}.`);
  }
  const [low, high] = rule.integer;
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
  if (fits || (rule.or !== undefined && value === rule.or)) return undefined;
  return invalidParameter(`${field} must be an integer from ${low} to ${high}.`);
}

function checkMediaField(field: string, value: unknown, rule: 'media-url' | 'media-urls', media: MediaContext) {
  const urls = rule === 'media-url' ? [value] : Array.isArray(value) ? value : [undefined];
  if (urls.length === 0 || urls.length > 5) return invalidParameter(`${field} must hold 1 to 5 addresses.`);
  for (const url of urls) {
    if (typeof url !== 'string')
      return invalidParameter(`${field} must be ${rule === 'media-url' ? 'a string' : 'a list'}.`);
    const refusal = checkMediaUrl(field, url, media);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkRequired(family: ModelFamily, input: Fields): Refusal | undefined {
  const missing = (name: string) => invalidParameter(`Required input.${name} is missing or empty.`);
  if (family.promptRequired && !input.prompt) return missing('prompt');
  const lacking = family.required.find((name) => !input[name]);
  if (lacking !== undefined) return missing(lacking);
  const mediaIsEmpty = input.media === undefined || (Array.isArray(input.media) && input.media.length === 0);
  if (family.protocol === '3.0' && !input.prompt && mediaIsEmpty) return missing('prompt');
  const isReferenceOf26 = 'reference_urls' in family.inputs;
  if (isReferenceOf26 && !input.reference_urls && !input.reference_video_urls) return missing('reference_urls');
  return undefined;
}

function checkMediaItems(family: ModelFamily, list: MediaItem[], context: MediaContext): Refusal | undefined {
  if (family.inputs.media === undefined) return undefined;
  for (const { type, url, reference_voice: voice } of list) {
    const field = `input.media.${type}`;
    const refusal =
      checkMediaUrl(field, url, context) ??
      (voice === undefined ? undefined : checkMediaUrl(`${field}.reference_voice`, voice, context));
    if (refusal !== undefined) return refusal;
  }
  return checkMedia(family, list);
}

function toOrder(model: string, family: ModelFamily, input: Fields, parameters: Fields, list: MediaItem[]): Order {
  const prompt = typeof input.prompt === 'string' ? [...input.prompt].slice(0, family.promptLimit).join('') : '';
  const size = typeof parameters.size === 'string' ? parseLegacySize(parameters.size) : undefined;
  const tier = TIERS.find((name) => name === parameters.resolution) ?? family.defaultTier;
  const ratio = RATIOS.find((name) => name === parameters.ratio) ?? '16:9';
  return {
    model,
    prompt,
    promptExtend: parameters.prompt_extend !== false,
    ...(size ?? { tier, ratio, ...pictureSize(tier, ratio) }),
    durationSeconds: durationOf(parameters.duration, prompt),
    audio: !family.silent && parameters.audio !== false,
    failsLater: failsLater(family, list),
  };
}

/** -1 lets the model choose: 4 to 8 seconds, by the prompt's length so that the same prompt gives the same length. */
function durationOf(asked: unknown, prompt: string): number {
  if (asked === -1) return 4 + (prompt.length % 5);
  return typeof asked === 'number' ? asked : 5;
}
