import * as z from 'zod';
import { ORDER_FIELDS } from '#lib/wanx/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { readSmallBody } from '#lib/web/http/small-body.ts';

/**
 * The options of a POST. Images and audio as input are not accepted: their paths would be read from the server's disk.
 * Which values can be combined is checked against the model table, with `invalid-input`.
 */
export const orderSchema = z.strictObject({
  ...ORDER_FIELDS,
  force: z
    .boolean()
    .optional()
    .describe('Buys again even if there is a finished video; the old one stays until the new one is in place'),
});
export type OrderBody = z.infer<typeof orderSchema>;

/** The longest prompt that a model accepts, 20 000 characters, each written as an escape; plus the rest. */
const LARGEST_ORDER_BYTES = 128 * 1024;

/**
 * Reads the body of a POST; an empty one means all defaults.
 * @throws ProblemError `invalid-input` or `too-large`
 */
export async function readOrderBody(request: Request): Promise<OrderBody> {
  const text = await readSmallBody(request, LARGEST_ORDER_BYTES);
  const result = orderSchema.safeParse(text.trim() === '' ? {} : parseJson(text));
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ProblemError('invalid-input', `The order is not valid. ${issues.slice(0, 5).join('; ')}.`);
}

/** The query of a DELETE. Strict: a misspelt name would cancel running work instead of deleting a file. */
const changeSchema = z.strictObject({ file: z.literal('1', 'must be 1 or omitted').optional() });

/** @throws ProblemError `invalid-input` */
export function readChange(query: URLSearchParams): z.infer<typeof changeSchema> {
  const result = changeSchema.safeParse(Object.fromEntries(query));
  if (result.success && query.size <= 1) return result.data;
  throw new ProblemError(
    'invalid-input',
    'The query is not valid. Use file=1 to delete the file, or no query to cancel.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('invalid-input', 'The body is not JSON. Send an object such as {"resolution":"720P"}.');
  }
}
