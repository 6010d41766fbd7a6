import { z } from 'zod';
import { input } from '#lib/base/input/check-input.ts';
import { slugSchema, yearSchema } from '#lib/wanx/spot.ts';
import { fieldsOf, REQUEST_OPTIONS } from './option-table.ts';

// What the public functions take, by type alone: plain JavaScript, JSON and forms do not know ours. What a model makes
// of a value is the model table's business.

const optionalText = input.text.optional();

const requestShape = fieldsOf(REQUEST_OPTIONS, 'given');
export const requestSchema = z.looseObject(requestShape, 'must be an object with a prompt and options');

const callShape = {
  signal: input.signal.optional(),
  timeoutMs: input.timeMs.optional(),
  submittedAt: input.date.optional(),
};
export const callSchema = input.options(callShape);
export const submitSchema = input.options({
  ...callShape,
  upload: input.flag.optional(),
  onWait: input.listener.optional(),
});
const waitShape = { ...callShape, pollIntervalMs: input.atLeastZeroMs.optional(), onUpdate: input.listener.optional() };
export const waitSchema = input.options(waitShape);
export const generateTaskSchema = input.options({ ...requestShape, ...waitShape, upload: input.flag.optional() });

const proxy = z
  .looseObject(
    { https: optionalText, http: optionalText, all: optionalText, noProxy: optionalText },
    'must be an object with https, http, all or noProxy',
  )
  .optional();

export const clientSchema = input.options({
  proxy,
  apiKey: optionalText,
  baseUrl: optionalText,
  region: optionalText,
  workspaceId: optionalText,
  model: optionalText,
  allowUnknownModel: input.flag.optional(),
  pollIntervalMs: input.atLeastZeroMs.optional(),
});

export const listFilterSchema = z.looseObject(
  {
    startTime: input.date.optional(),
    endTime: input.date.optional(),
    model: optionalText,
    status: optionalText,
    pageSize: z.int('must be a whole number above 0').positive('must be a whole number above 0').optional(),
  },
  'must be an object with startTime, endTime, model, status or pageSize',
);

const runShape = {
  signal: input.signal.optional(),
  onDeadline: input.listener.optional(),
  timeoutMs: input.timeMs.optional(),
  adopt: input.flag.optional(),
  ifBusy: z.enum(['wait', 'fail'], 'must be "wait" or "fail"').optional(),
  maxBytes: input.bytes.optional(),
  pictures: input.flag.optional(),
  apiKey: optionalText,
  leaseTtlMs: input.timeMs.optional(),
  settleWindowMs: input.atLeastZeroMs.optional(),
  onProgress: input.listener.optional(),
};
/** Of every kind of run. */
export const runSchema = input.options(runShape);
export const resumeSchema = input.options({
  ...runShape,
  only: input.listener.optional(),
  ignoreBackoff: input.flag.optional(),
});
export const auditSchema = input.options({
  ...runShape,
  repair: input.flag.optional(),
  onFinding: input.listener.optional(),
});
export const generateSchema = z.looseObject(
  { ...requestShape, prompt: REQUEST_OPTIONS.prompt.json.optional(), ...runShape, force: input.flag.optional() },
  'must be a progress callback or an object of options',
);

const expected = z
  .looseObject(
    {
      sizeBytes: z
        .int('must be a whole number of bytes above 0')
        .positive('must be a whole number of bytes above 0')
        .optional(),
      crc64: optionalText,
      sha256: z
        .string('must be 64 hexadecimal digits')
        .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
        .optional(),
    },
    'must be an object with sizeBytes, crc64 or sha256',
  )
  .optional();

export const downloadSchema = input.options({
  proxy,
  expected,
  signal: input.signal.optional(),
  onProgress: input.listener.optional(),
  expiresAt: input.date.optional(),
  refresh: input.listener.optional(),
  maxBytes: input.bytes.optional(),
  stallTimeoutMs: input.timeMs.optional(),
  connectTimeoutMs: input.timeMs.optional(),
  // Not by truthiness: the text "false" would open the private network.
  allowPrivateNetwork: input.flag.optional(),
  providerHost: optionalText,
  retryBaseMs: input.timeMs.optional(),
  retryMaxMs: input.timeMs.optional(),
  patienceMs: input.timeMs.optional(),
  busyTimeoutMs: input.atLeastZeroMs.optional(),
  resolve: input.listener.optional(),
});

const { model, allowUnknownModel, audio } = requestShape;
export const promptSchema = input.options({ model, allowUnknownModel, audio });
/** The prompt builder neutralises what is odd, and refuses only what is no text at all. */
const words = z.string('must be text').nullish();
export const spotWordsSchema = z.looseObject(
  { id: input.text, name: input.text, description: words, location: words },
  'must be an object with id and name',
);
export const eraWordsSchema = z.looseObject(
  { id: input.text, name: input.text, period: words, year: yearSchema.nullish(), description: words },
  'must be an object with id and name',
);

export const entrySchema = z.looseObject(
  { spotId: slugSchema, eraId: slugSchema },
  'must be an object with spotId and eraId',
);
