import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import {
  faultOf,
  isAbsent,
  isDamage,
  isForbidden,
  isNotImplemented,
  isPassing,
  isPreconditionFailed,
  s3Error,
} from '#lib/stores/assets/s3/client/s3-fault.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
/** As the SDK throws it. */
const failure = (name: string, status?: number, retryAfter?: string) =>
  Object.assign(new Error('at https://films.test/a?X-Amz-Signature=s3cret'), {
    ...{ name, $metadata: { httpStatusCode: status } },
    ...(retryAfter !== undefined && { $response: { statusCode: status, headers: { 'retry-after': retryAfter } } }),
  });
const fault = (name: string, status?: number) => faultOf(failure(name, status), NOW_MS);

describe('an error of the SDK', () => {
  it('has the status of the answer, the code of the store, and how long to wait', () => {
    expect(faultOf(failure('SlowDown', 503, '7'), NOW_MS)).toEqual({
      status: 503,
      code: 'SlowDown',
      retryAfterMs: 7000,
    });
    const at = new Date(NOW_MS + 60_000).toUTCString();
    expect(faultOf(failure('SlowDown', 503, at), NOW_MS).retryAfterMs).toBe(60_000);
  });

  it('may have no name, an answer that cannot be read, or be none at all', () => {
    const unreadable = { name: 'SyntaxError', $response: { statusCode: 502, headers: {} } };
    expect(faultOf(unreadable, NOW_MS)).toMatchObject({ status: 502, code: 'SyntaxError' });
    expect(faultOf(Object.assign(new Error('x'), { code: 'ECONNRESET' }), NOW_MS).code).toBe('ECONNRESET');
    for (const odd of [undefined, null, 'text', {}]) {
      expect(faultOf(odd, NOW_MS)).toEqual({ status: undefined, code: 'unknown', retryAfterMs: undefined });
    }
  });

  it.each<[string, number | undefined, boolean]>([
    ['SlowDown', 503, true],
    ['RequestTimeout', 400, true],
    ['ConditionalRequestConflict', 409, true],
    ['BadDigest', 400, true],
    ['Unknown', 500, true],
    ['Unknown', 429, true],
    ['Unknown', 408, true],
    ['ECONNRESET', undefined, true],
    ['NotImplemented', 501, false],
    ['AccessDenied', 403, false],
    ['NoSuchKey', 404, false],
    ['PreconditionFailed', 412, false],
    ['CredentialsProviderError', undefined, false],
    ['CERT_HAS_EXPIRED', undefined, false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', undefined, false],
  ])('%s with the status %s may pass: %s', (name, status, passes) => {
    expect(isPassing(fault(name, status))).toBe(passes);
  });

  it('is told by its status or by its name', () => {
    expect([isDamage(fault('BadDigest', 400)), isDamage(fault('InvalidPart', 400))]).toEqual([true, false]);
    expect([isNotImplemented(fault('x', 501)), isNotImplemented(fault('NotSupported', 400))]).toEqual([true, true]);
    expect([isPreconditionFailed(fault('x', 412)), isAbsent(fault('x', 404))]).toEqual([true, true]);
    expect([isForbidden(fault('x', 403)), isForbidden(fault('x', 401)), isForbidden(fault('x', 404))]).toEqual([
      ...[true, true, false],
    ]);
  });
});

describe('the error for the user', () => {
  const error = (name: string, status?: number) => s3Error(failure(name, status), 'Could not upload a', NOW_MS);

  it.each<[string, number | undefined, string, RegExp, boolean]>([
    ['NoSuchBucket', 404, 'config', /Create it/, false],
    ['PermanentRedirect', 301, 'config', /AWS_REGION/, false],
    ['301', 301, 'config', /AWS_REGION/, false],
    ['InvalidAccessKeyId', 403, 'auth', /AWS_ACCESS_KEY_ID/, false],
    ['Forbidden', 403, 'auth', /Grant the right/, false],
    ['QuotaExceeded', 403, 'disk-full', /Free some space/, true],
    ['Full', 507, 'disk-full', /Free some space/, true],
    ['TooMany', 429, 'rate-limited', /later/, true],
    ['CredentialsProviderError', undefined, 'config', /AWS_SECRET_ACCESS_KEY/, false],
    ['InternalError', 500, 'network', /try again later/, true],
    ['ECONNREFUSED', undefined, 'network', /try again later/, true],
    ['MalformedXML', 400, 'network', /rejects the request/, false],
  ])('of %s (%s) is %s', (name, status, code, advice, retryable) => {
    const told = error(name, status);
    expect(told).toMatchObject({ code, retryable, stage: 'recording', message: expect.stringMatching(advice) });
    expect(told.message).toMatch(/^Could not upload a \(/);
  });

  it('says what to set where the SDK finds no region', () => {
    const told = s3Error(new Error('Region is missing'), 'x', NOW_MS);
    expect(told).toMatchObject({ code: 'config', message: expect.stringContaining('AWS_REGION') });
  });

  it('shows no signature, and leaves an error of ours as it is', () => {
    const nameless = Object.assign(failure('unknown'), { name: 'unknown' });
    expect(s3Error(nameless, 'x', NOW_MS).message).not.toContain('s3cret');
    const own = new ReelError('integrity', 'mine');
    expect(s3Error(own, 'x', NOW_MS)).toBe(own);
  });
});
