import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { notionError } from '#lib/notion/api/notion-error.ts';

const answered = (status: number, code: string, extra: object = {}) =>
  Object.assign(new Error('Said by Notion.'), { status, code, headers: {}, ...extra });

describe('an answer of Notion', () => {
  it.each([
    [401, 'unauthorized', 'auth', false],
    [403, 'restricted_resource', 'rejected', false],
    [404, 'object_not_found', 'not-found', false],
    [400, 'validation_error', 'invalid-input', false],
    [409, 'conflict_error', 'busy', true],
    [429, 'rate_limited', 'rate-limited', true],
    [529, 'service_overload', 'rate-limited', true],
    [500, 'internal_server_error', 'provider-failed', true],
    [503, 'service_unavailable', 'provider-failed', true],
    // Of a proxy, or a wrong address: they end nothing.
    [404, 'notionhq_client_response_error', 'provider-failed', true],
    [403, 'notionhq_client_response_error', 'provider-failed', true],
    [400, 'constructor', 'provider-failed', true],
    [401, 'notionhq_client_response_error', 'auth', false],
    [429, 'notionhq_client_response_error', 'rate-limited', true],
  ])('%d %s is %s', (status, word, code, retryable) => {
    const error = notionError(answered(status, word, { request_id: 'r' }), 0);
    expect(error).toMatchObject({ code, retryable, requestId: 'r' });
    expect(error.message).toContain(`(${status} ${word}): Said by Notion.`);
  });

  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 1970 00:00:09 GMT', 9000],
    [undefined, undefined],
  ])('says how long to wait: %s', (header, retryAfterMs) => {
    const error = notionError(answered(429, 'rate_limited', { headers: { 'retry-after': header } }), 0);
    expect(error.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('another failure', () => {
  it('stays what it is, or becomes one that may pass, without secrets', () => {
    const own = new ReelError('aborted', 'stopped');
    expect(notionError(own, 0)).toBe(own);
    const odd = notionError(new TypeError('at https://a.example/?sig=secret'), 0);
    expect(odd).toMatchObject({ code: 'provider-failed', retryable: true });
    expect(odd.message).not.toContain('secret');
    expect(notionError('x', 0)).toMatchObject({ code: 'provider-failed' });
  });

  it('of a path that the client refuses is about the id', () => {
    const error = Object.assign(new Error('..'), { code: 'notionhq_client_invalid_path_parameter' });
    expect(notionError(error, 0)).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('page id') });
  });
});
