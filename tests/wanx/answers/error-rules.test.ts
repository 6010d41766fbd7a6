import { describe, expect, it } from 'vitest';
import { errorRule } from '#lib/wanx/answers/error-rules.ts';

describe('the rule for a code', () => {
  const same = (one: string, other: string) => expect(errorRule({ code: one })).toBe(errorRule({ code: other }));

  it.each([
    ['data_inspection_failed', 'DataInspectionFailed'],
    ['  InvalidApiKey ', 'invalid_api_key'],
    ['InvalidFile.Openerror', 'invalidfile.OPENERROR'],
  ])('is the same however it is spelled: %j', same);

  it.each([
    ['InternalError.Never.Seen', 'InternalError'],
    ['BadRequest.Never', 'BadRequest'],
    ['InvalidParameter.FileDownload.Never', 'InvalidParameter.FileDownload'],
  ])('%s falls back to %s', same);

  it('comes before what the HTTP status says', () => {
    expect(errorRule({ code: 'DataInspectionFailed', httpStatus: 500 })).toMatchObject({ code: 'rejected' });
    expect(errorRule({ code: 'Never.Seen', httpStatus: 401 })).toMatchObject({ code: 'auth' });
  });

  it.each(['toString', 'constructor.name', '__proto__', '.', '..'])('%j has none of its own', (code) => {
    expect(errorRule({ code, httpStatus: 429 })).toMatchObject({ code: 'rate-limited' });
  });
});

describe('whether a submission may have made a task', () => {
  it.each([
    [{ httpStatus: 200, code: 'Never.Seen' }, false],
    [{ httpStatus: 500 }, false],
    [{ httpStatus: 502 }, false],
    [{ httpStatus: 408 }, false],
    [{ httpStatus: 500, code: 'InternalError' }, false],
    [{ httpStatus: 503, code: 'ModelUnavailable' }, true],
    [{ httpStatus: 302 }, true],
    [{ httpStatus: 400 }, true],
    [{ httpStatus: 418 }, true],
    [{ httpStatus: 429 }, true],
  ])('%j: surely not: %s', (problem, surelyNotCreated) => {
    expect(errorRule(problem).surelyNotCreated).toBe(surelyNotCreated);
  });
});

describe('words that change what a code means', () => {
  it.each([
    [{ code: 'InvalidParameter', message: 'Model not exist.' }, 'not-found'],
    [{ code: 'InvalidParameter', message: 'The size is wrong' }, 'invalid-input'],
    [{ code: 'AccessDenied', message: 'current user api does not support synchronous calls.' }, 'config'],
    [{ code: 'AccessDenied', message: 'no' }, 'auth'],
    [{ code: 'Throttling.AllocationQuota', message: 'Free allocated quota exceeded.', httpStatus: 429 }, 'quota'],
    [{ code: 'Throttling.AllocationQuota', message: 'Requests rate limit exceeded', httpStatus: 429 }, 'rate-limited'],
    [{ code: 'Throttling.AllocationQuota', message: 'too many resources', httpStatus: 400 }, 'quota'],
  ])('%j is %s', (problem, code) => {
    expect(errorRule(problem)).toMatchObject({ code });
  });
});
