import { expect, it } from 'vitest';
import { invalidField, missingField, usualRefusal, WRONG_ADDRESS } from '#lib/sandbox/dashscope/rules/refusal.ts';

it.each([
  [invalidField('size', 'none'), 400, 'InvalidParameter', /Required parameter\(size\) missing or invalid.*\(none\)/],
  [missingField('input'), 400, 'InvalidParameter', /^Field required: input$/],
  [WRONG_ADDRESS, 400, 'InvalidParameter', /^url error, please check url！$/],
  [usualRefusal(401), 401, 'InvalidApiKey', /Invalid API-key/],
  [usualRefusal(429), 429, 'Throttling.RateQuota', /rate limit/],
  [usualRefusal(418), 418, 'InternalError', /Unexpected/],
])('%o is in the words of the provider', (refusal, status, code, message) => {
  expect(refusal).toEqual({ status, code, message: expect.stringMatching(message) });
});
