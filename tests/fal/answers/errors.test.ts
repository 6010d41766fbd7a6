import { describe, expect, it } from 'vitest';
import { callRule, endRule, isSurelyRefused } from '#lib/fal/answers/error-rules.ts';
import { mayMeanThatItFailed, problemOf, saysThatItFailed } from '#lib/fal/answers/errors.ts';

const LIST = {
  detail: [
    {
      loc: ['body', 'prompt'],
      msg: 'Flagged at 512x512, see https://h/503.',
      type: 'content_policy_violation',
      input: 'x',
    },
  ],
};
const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  problemOf({ status, body, headers });

describe('both shapes of an error', () => {
  it.each([
    [LIST, {}, { type: 'content_policy_violation', isOfModel: true, isOfFal: true, message: /^prompt: Flagged/ }],
    [{ detail: 'Not here' }, {}, { type: undefined, isOfModel: false, isOfFal: true, message: /^Not here$/ }],
    [{ detail: 'x', error_type: 'request_timeout' }, {}, { type: 'request_timeout', isOfFal: true }],
    [{}, { 'x-fal-error-type': 'internal_error' }, { type: 'internal_error', isOfFal: true }],
    [LIST, { 'x-fal-retryable': 'false' }, { isRetryable: false }],
    [LIST, { 'x-fal-needs-retry': '1' }, { isRetryable: true }],
    [{ detail: [{ loc: 'odd', msg: 4 }] }, {}, { isOfModel: true, message: undefined }],
    [undefined, {}, { isOfFal: false, message: undefined }],
    [{ message: 'a gateway' }, {}, { isOfFal: false }],
    ['text', {}, { isOfFal: false }],
  ])('%j', (body, headers, expected) => {
    const { message, ...facts } = expected as { message?: RegExp };
    expect(answer(422, body, headers)).toMatchObject(facts);
    if ('message' in expected && message) expect(answer(422, body, headers).message).toMatch(message);
  });
});

describe('whether an answer to a result says that the request failed', () => {
  it.each<[number, unknown, boolean]>([
    [422, LIST, true],
    [422, { detail: 'not migrated' }, true],
    [400, LIST, true],
    [400, { detail: 'x', error_type: 'bad_request' }, true],
    [500, { detail: 'x', error_type: 'runner_server_error' }, true],
    [503, { detail: 'x', error_type: 'runner_disconnected' }, true],
    [504, { detail: [{ loc: [], msg: 'slow', type: 'generation_timeout' }] }, true],
    [499, { detail: 'x', error_type: 'client_cancelled' }, true],
    // Of the way there, or nobody knows.
    [500, { detail: 'Internal Server Error' }, false],
    [502, { detail: 'Bad Gateway' }, false],
    [504, undefined, false],
    [502, '<html>', false],
    [500, { message: 'nginx' }, false],
    [429, { detail: 'x', error_type: 'concurrent_requests_limit' }, false],
    [408, { detail: 'x' }, false],
    [404, { detail: 'Request not found' }, false],
    [403, { detail: 'User is locked' }, false],
    [401, { detail: 'No key' }, false],
    [400, { detail: 'Request is still in progress' }, false],
    [200, { video: {} }, false],
  ])('%i %j: %s', (status, body, failed) => {
    expect(saysThatItFailed(answer(status, body))).toBe(failed);
  });
});

describe('whether an answer to a result may mean that the request failed', () => {
  it.each<[number, unknown, Record<string, string>, boolean]>([
    [500, { detail: 'Internal Server Error' }, {}, true],
    [502, { detail: 'Bad Gateway' }, {}, true],
    [499, { detail: 'x' }, {}, true],
    // It says so.
    [500, { detail: 'x', error_type: 'internal_error' }, {}, false],
    [500, { detail: 'x' }, { 'x-fal-error-type': 'internal_error' }, false],
    [503, LIST, {}, false],
    [422, { detail: 'x' }, {}, false],
    // It says nothing.
    [504, '<html>', {}, false],
    [500, { message: 'nginx' }, {}, false],
    [404, { detail: 'Request not found' }, {}, false],
    [400, { detail: 'Request is still in progress' }, {}, false],
  ])('%i %j %j: %s', (status, body, headers, may) => {
    expect(mayMeanThatItFailed(answer(status, body, headers))).toBe(may);
  });
});

describe('the end of a request', () => {
  it.each([
    [{ type: 'content_policy_violation', httpStatus: 422 }, 'rejected', 'maybe'],
    [{ type: 'image_too_small', httpStatus: 422 }, 'invalid-input', 'maybe'],
    [{ httpStatus: 422 }, 'invalid-input', 'maybe'],
    [{ type: 'bad_request' }, 'invalid-input', 'maybe'],
    [{ type: 'generation_timeout', httpStatus: 504 }, 'provider-failed', 'no'],
    [{ type: 'runner_disconnected' }, 'provider-failed', 'no'],
    [{ type: 'startup_timeout' }, 'provider-failed', 'no'],
    [{ type: 'client_disconnected' }, 'provider-failed', 'maybe'],
    [{ type: 'something_new' }, 'provider-failed', 'maybe'],
    [{}, 'provider-failed', 'maybe'],
  ] as const)('%j is %s, charged: %s', (problem, code, billable) => {
    expect(endRule(problem)).toMatchObject({ code, billable });
  });
});

describe('the refusal of a call', () => {
  it.each<[number, unknown, string, boolean]>([
    [401, { detail: 'x' }, 'auth', false],
    [402, undefined, 'quota', false],
    [403, { detail: 'Access denied' }, 'auth', false],
    [403, { detail: 'User is locked. Reason: Exhausted balance.' }, 'quota', false],
    [404, { detail: 'x' }, 'not-found', false],
    [302, undefined, 'config', false],
    [422, LIST, 'rejected', false],
    [422, { detail: 'x' }, 'invalid-input', false],
    [413, undefined, 'invalid-input', false],
    [408, undefined, 'provider-failed', true],
    [429, { detail: 'x' }, 'rate-limited', true],
    [504, undefined, 'provider-failed', true],
  ])('%i %j is %s', (status, body, code, retryable) => {
    expect(callRule(answer(status, body))).toMatchObject({ code, retryable });
  });

  it.each([
    [[302, 400, 401, 403, 404, 422, 429], true],
    [[200, 408, 499, 500, 502, 503, 504, 520], false],
  ] as const)('%j of a POST: surely made no request: %s', (statuses, isSure) => {
    for (const httpStatus of statuses) expect(isSurelyRefused({ httpStatus })).toBe(isSure);
  });
});
