import { describe, expect, it } from 'vitest';
import { Admission } from '#lib/sandbox/notion/admission.ts';

const VERSION = '2026-03-11';
const refusal = (status: number, code: string) => expect.objectContaining({ status, code });

describe('who is admitted', () => {
  it.each<[string | undefined, string | undefined, string | undefined, [number, string] | undefined]>([
    [undefined, 'Bearer ntn_a', VERSION, undefined],
    [undefined, 'Bearer secret_a', '2025-09-03', undefined],
    ['own', 'Bearer own', VERSION, undefined],
    ['own', 'Bearer ntn_a', VERSION, [401, 'unauthorized']],
    [undefined, 'Bearer ntn_invalid', VERSION, [401, 'unauthorized']],
    [undefined, 'Bearer sk-1', VERSION, [401, 'unauthorized']],
    [undefined, 'ntn_a', VERSION, [401, 'unauthorized']],
    [undefined, undefined, VERSION, [401, 'unauthorized']],
    [undefined, 'Bearer ntn_a', undefined, [400, 'missing_version']],
    [undefined, 'Bearer ntn_a', '2026-04-01', [400, 'validation_error']],
  ])('only %s: %s, %s', (token, authorization, version, refused) => {
    const admit = () => new Admission({ token, requestsPerMinute: 1 }).admit(authorization, version, 0);
    if (refused) expect(admit).toThrow(refusal(...refused));
    else expect(admit).not.toThrow();
  });
});

it('a token has a budget for any minute, which may be spent at once', () => {
  const admission = new Admission({ token: undefined, requestsPerMinute: 2 });
  const admit = (nowMs: number, token = 'ntn_a') => admission.admit(`Bearer ${token}`, VERSION, nowMs);
  admit(1000);
  admit(1000);
  admit(1000, 'ntn_b');
  expect(() => admit(21_500)).toThrow(
    expect.objectContaining({
      ...{ status: 429, headers: { 'retry-after': '40' } },
      additionalData: { rate_limit_reason: 'public_api_request_rate_limit' },
    }),
  );
  admit(61_000);
  admission.reset();
  admit(61_000);
});
