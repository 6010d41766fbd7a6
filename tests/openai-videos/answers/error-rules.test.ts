import { describe, expect, it } from 'vitest';
import { errorRule } from '#lib/openai-videos/answers/error-rules.ts';
import type { ServiceAction } from '#lib/openai-videos/answers/errors.ts';

const ruleOf = (httpStatus: number | undefined, code?: string, action: ServiceAction = 'create') =>
  errorRule({ action, httpStatus, code });

describe('a status', () => {
  it.each<[number, string, boolean, boolean]>([
    [400, 'invalid-input', false, true],
    [413, 'invalid-input', false, true],
    [401, 'auth', false, true],
    [403, 'auth', false, true],
    [402, 'quota', false, true],
    [405, 'not-found', false, true],
    [410, 'expired', false, true],
    [429, 'rate-limited', true, true],
    [302, 'config', false, true],
    [501, 'provider-failed', false, true],
    // A job may exist all the same.
    [408, 'provider-failed', true, false],
    [409, 'provider-failed', true, false],
    [500, 'provider-failed', true, false],
    [504, 'provider-failed', true, false],
    [599, 'provider-failed', true, false],
  ])('%d means %s (again: %s, surely no video: %s)', (status, code, retryable, surelyNotCreated) => {
    expect(ruleOf(status)).toMatchObject({ code, retryable, surelyNotCreated });
  });

  it.each<[ServiceAction, RegExp]>([
    ['create', /OPENAI_VIDEOS_BASE_URL/],
    ['list', /OPENAI_VIDEOS_BASE_URL/],
    ['retrieve', /replicas/],
    ['content', /replicas/],
    ['delete', /replicas/],
  ])('404 of %s is about the address or the video', (action, advice) => {
    expect(ruleOf(404, undefined, action)).toMatchObject({ code: 'not-found', advice: expect.stringMatching(advice) });
  });
});

describe('a word of the server', () => {
  it.each([
    ['moderation_blocked', 'rejected'],
    ['contentFilter', 'rejected'],
    ['sensitive_content', 'rejected'],
    ['insufficient_quota', 'quota'],
    ['insufficientCredits', 'quota'],
    ['billing_hard_limit_reached', 'quota'],
    ['DeploymentNotFound', 'invalid-input'],
    ['model_not_found', 'invalid-input'],
  ])('says more than its status: %s', (word, code) => {
    expect(ruleOf(429, word)).toMatchObject({ code, retryable: false, surelyNotCreated: true });
    expect(ruleOf(undefined, word, 'job').code).toBe(code);
  });

  it('settles nothing when the server failed', () => {
    expect(ruleOf(500, 'moderation_blocked')).toMatchObject({ code: 'provider-failed', surelyNotCreated: false });
  });

  it('that is not known inside a job ends it: asked again it would say the same', () => {
    expect(ruleOf(undefined, 'oom', 'job')).toMatchObject({ code: 'provider-failed', retryable: false });
  });
});
