import { z } from 'zod';
import { input } from '#lib/base/input/check-input.ts';

const optionalText = z.string('must be text').min(1, 'must not be empty').optional();
const headerValue = /^[\x21-\x7e]+$/;
const proxy = input.options({ https: optionalText, http: optionalText, all: optionalText, noProxy: optionalText });

export const clientSchema = input.options({
  baseUrl: input.text.optional(),
  apiKey: z.string('must be text').regex(headerValue, 'must be printable ASCII without blanks').optional(),
  model: optionalText,
  encoding: z.enum(['auto', 'multipart', 'json'], 'must be auto, multipart or json').optional(),
  requestTimeoutMs: input.timeMs.optional(),
  proxy: proxy.optional(),
  allowPrivateNetwork: input.flag.optional(),
});

export const callSchema = input.options({ signal: input.signal.optional(), timeoutMs: input.timeMs.optional() });

export const createSchema = callSchema.extend({
  idempotencyKey: z.string('must be text').regex(headerValue, 'must be printable ASCII without blanks').optional(),
  beforeSend: input.listener.optional(),
});

export const listSchema = callSchema.extend({
  order: z.enum(['asc', 'desc'], 'must be asc or desc').optional(),
  after: optionalText,
  pageSize: z.int('must be a whole number').min(1, 'must be at least 1').max(100, 'must be at most 100').optional(),
});

export const variantSchema = z.enum(['video', 'thumbnail', 'spritesheet'], 'must be video, thumbnail or spritesheet');

const seconds = z.union(
  [z.number().positive(), z.string().regex(/^\d+(\.\d+)?$/)],
  'must be a number of seconds above 0',
);
const reference = z.custom(
  (value) =>
    (typeof value === 'string' && value !== '') ||
    value instanceof URL ||
    value instanceof Blob ||
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && 'fileId' in value && typeof value.fileId === 'string'),
  'must be a path, a URL, the bytes of a picture, or { fileId }',
);

export const requestSchema = z.looseObject(
  {
    prompt: z.string('must be text').regex(/\S/, 'must not be empty'),
    model: optionalText,
    seconds: seconds.optional(),
    size: z
      .string('must be text')
      .regex(/^\d+x\d+$/, 'must be a size such as 1280x720')
      .optional(),
    inputReference: reference.optional(),
  },
  'must be an object with a prompt',
);
