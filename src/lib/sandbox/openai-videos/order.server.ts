import { pictureFacts } from './picture-facts.ts';
import { invalid, type VideoRefusal } from './refusal.ts';

export interface VideoOrder {
  prompt: string;
  model: string;
  size: string;
  seconds: string;
}

export const MODELS = ['sora-2', 'sora-2-2025-10-06', 'sora-2-2025-12-08', 'sora-2-pro', 'sora-2-pro-2025-10-06'];
const SIZES = ['720x1280', '1280x720', '1024x1792', '1792x1024'];
/** By the guide; the description of the API does not have them. */
const PRO_SIZES = ['1920x1080', '1080x1920'];
/** 16 and 20 by the guide. */
export const SECONDS = ['4', '8', '12', '16', '20'];
const LONGEST_PROMPT = 32_000;
const FIELDS = ['prompt', 'model', 'size', 'seconds', 'input_reference', 'characters'];

/** The order of a request, or why the service refuses it. */
export async function orderOf(fields: Record<string, unknown>, strict: boolean): Promise<VideoOrder | VideoRefusal> {
  const { prompt, model = 'sora-2', size = '720x1280', seconds = '4', input_reference: reference } = fields;
  const refusal =
    (strict ? unknownField(fields) : undefined) ??
    promptRefusal(prompt) ??
    notOneOf('model', model, MODELS) ??
    notOneOf('size', size, String(model).startsWith('sora-2-pro') ? [...SIZES, ...PRO_SIZES] : SIZES) ??
    notOneOf('seconds', seconds, SECONDS) ??
    (await referenceRefusal(reference, String(size)));
  return refusal ?? { prompt: String(prompt), model: String(model), size: String(size), seconds: String(seconds) };
}

function unknownField(fields: Record<string, unknown>): VideoRefusal | undefined {
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  return unknown === undefined ? undefined : invalid(unknown, `Unknown parameter: '${unknown}'.`, 'unknown_parameter');
}

export function promptRefusal(prompt: unknown): VideoRefusal | undefined {
  if (prompt === undefined)
    return invalid('prompt', "Missing required parameter: 'prompt'.", 'missing_required_parameter');
  if (typeof prompt !== 'string')
    return invalid('prompt', "Invalid type for 'prompt': expected a string.", 'invalid_type');
  if (prompt.length >= 1 && prompt.length <= LONGEST_PROMPT) return undefined;
  return invalid('prompt', `Invalid 'prompt': expected 1 to ${LONGEST_PROMPT} characters.`, 'string_length');
}

export function notOneOf(name: string, value: unknown, allowed: readonly string[]): VideoRefusal | undefined {
  const words = allowed.map((one) => `'${one}'`).join(', ');
  if (typeof value !== 'string') {
    return invalid(
      name,
      `Invalid type for '${name}': expected one of ${words}, but got a ${typeof value} instead.`,
      'invalid_type',
    );
  }
  if (allowed.includes(value)) return undefined;
  return invalid(name, `Invalid value: '${value}'. Supported values are: ${words}.`);
}

async function referenceRefusal(reference: unknown, size: string): Promise<VideoRefusal | undefined> {
  if (reference === undefined) return undefined;
  if (reference instanceof Blob) return pictureRefusal(new Uint8Array(await reference.arrayBuffer()), size);
  const names = typeof reference === 'object' && reference !== null ? Object.keys(reference) : [];
  const isOne = names.length === 1 && (names[0] === 'image_url' || names[0] === 'file_id');
  return isOne ? undefined : invalid('input_reference', "Provide exactly one of 'image_url' or 'file_id'.");
}

function pictureRefusal(bytes: Uint8Array, size: string): VideoRefusal | undefined {
  const facts = pictureFacts(bytes);
  if (!facts)
    return invalid('input_reference', 'Invalid file: expected a JPEG, PNG or WebP image.', 'unsupported_file');
  if (`${facts.width}x${facts.height}` === size) return undefined;
  return invalid('input_reference', `Inpaint image must match the requested width and height: ${size}.`, null);
}
