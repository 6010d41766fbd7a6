import * as z from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import { requestHash } from '#lib/jobs/submit/request-hash.server.ts';

/** A request as a record keeps it: another process can send it. */
export const storedRequestSchema = z.looseObject({ modelId: z.string(), input: z.record(z.string(), z.unknown()) });
export type FalRequest = z.infer<typeof storedRequestSchema>;

const MODEL_ID = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)+$/;

/** @throws ReelError `invalid-input` for what no record can keep, and for what would not be delivered as a file */
export function storedRequest(modelId: string, input: Record<string, unknown>): FalRequest {
  if (typeof modelId !== 'string' || !MODEL_ID.test(modelId)) {
    throw refused('modelId', 'must be the id of a model at fal, such as fal-ai/veo3/fast');
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw refused('input', "must be an object with the model's own fields");
  }
  assertJson(input, 'input');
  if (input.sync_mode === true) {
    throw refused('input.sync_mode', 'must not be true: the film would come inside the answer, which fal soon forgets');
  }
  return storedRequestSchema.parse(JSON.parse(JSON.stringify({ modelId, input })));
}

/** No model's input is so deep; an object that contains itself has no end. */
const DEEPEST = 64;

/** JSON would turn a file into `{}`, and that would be sent and paid for. */
function assertJson(value: unknown, path: string, depth = 0): void {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  const isPlain = typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!Array.isArray(value) && !isPlain) {
    throw refused(path, 'must be JSON. Give files by their https or data URL');
  }
  if (depth === DEEPEST) throw refused(path.slice(0, 60), 'must not contain itself');
  for (const [name, inner] of Object.entries(value)) assertJson(inner, `${path}.${name}`, depth + 1);
}

function refused(field: string, problem: string): ReelError {
  return new ReelError('invalid-input', `${field} ${problem}.`, { stage: 'prompt' });
}

const HASH_DIGITS = 24;

/** The same for equal requests: model and input, in any order of its fields. */
export function inputHashOf(request: FalRequest): string {
  return requestHash(request).slice(0, HASH_DIGITS);
}
