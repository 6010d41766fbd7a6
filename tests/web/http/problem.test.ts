import { describe, expect, it } from 'vitest';
import { ERROR_CODES, ReelError } from '#lib/base/errors.ts';
import {
  PROBLEMS,
  ProblemError,
  type ProblemName,
  problem,
  problemOf,
  withPublicRefusals,
} from '#lib/web/http/problem.ts';

describe('the table', () => {
  it('has a row under its own name for every code of the library', () => {
    for (const code of ERROR_CODES) expect(PROBLEMS[code]).toMatchObject({ code });
  });

  it.each(Object.entries(PROBLEMS))('%s is an error status with a title', (_name, { status, title }) => {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].+[^.]$/);
  });

  it('tells apart what the visitor did and what the provider did', () => {
    const statuses = (...names: ProblemName[]) => names.map((name) => PROBLEMS[name].status);
    expect(statuses('invalid-input', 'login-needed', 'budget', 'not-allowed', 'cross-site', 'not-found')).toEqual([
      400, 401, 402, 403, 403, 404,
    ]);
    expect(statuses('auth', 'network', 'provider-failed', 'config', 'timeout')).toEqual([502, 502, 502, 503, 504]);
  });
});

describe('an error answer', () => {
  it('is a problem document that no cache keeps', async () => {
    const response = problem('busy', 'Somebody has it.', { requestId: 'r1', headers: { 'retry-after': '3' } });
    expect(response.status).toBe(409);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': '3',
    });
    expect(await response.json()).toEqual({
      type: 'urn:reelkeep:problem:busy',
      title: 'It is already being worked on',
      status: 409,
      detail: 'Somebody has it.',
      code: 'busy',
      retryable: false,
      requestId: 'r1',
    });
  });

  it.each(ERROR_CODES)('says of a ReelError with %s only what its code says, and where to look', async (code) => {
    const secrets = 'Wrote /srv/a.mp4 of https://o.test/v?Signature=s3cret with sk-s3cret: “the words of the provider”';
    const body = await problemOf(new ReelError(code, secrets, { cause: new Error(secrets) }), {
      requestId: 'r1',
    }).json();
    expect(body).toEqual({
      type: `urn:reelkeep:problem:${code}`,
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      detail: `${PROBLEMS[code].title}. See r1 in the server's log for details.`,
      code,
      retryable: expect.any(Boolean),
      requestId: 'r1',
    });
  });

  it('tells who sent an order what is wrong with it', async () => {
    const refused = (code: 'invalid-input' | 'budget' | 'config' | 'store-corrupt') => () =>
      withPublicRefusals(() => {
        throw new ReelError(code, 'Of /srv/records.json.');
      });
    for (const code of ['invalid-input', 'budget'] as const) {
      await expect(refused(code)()).rejects.toEqual(
        expect.objectContaining({ problem: code, message: 'Of /srv/records.json.' }),
      );
    }
    for (const code of ['config', 'store-corrupt'] as const) {
      await expect(refused(code)()).rejects.toEqual(expect.objectContaining({ name: 'ReelError', code }));
    }
    expect(await withPublicRefusals(() => 5)).toBe(5);
  });

  it('says whether trying again may help', async () => {
    expect(await problemOf(new ReelError('network', 'Gone.')).json()).toMatchObject({ retryable: true });
    expect(await problemOf(new ReelError('rejected', 'No.')).json()).toMatchObject({ retryable: false });
  });

  it('carries what the web has to say', async () => {
    const response = problemOf(new ProblemError('rate-limited', 'Wait.', { headers: { 'retry-after': '7' } }));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it.each([
    [413, 'too-large'],
    [400, 'invalid-input'],
    [404, 'not-found'],
  ])('is made of what SvelteKit refuses with %d', async (status, code) => {
    const response = problemOf(Object.assign(new Error('Content-length of 1 exceeds'), { status }));
    expect([response.status, await response.json()]).toMatchObject([status, { status, code }]);
  });

  it('is no refusal when SvelteKit failed itself', () => {
    expect(problemOf(Object.assign(new Error('x'), { status: 500 })).status).toBe(500);
    expect(problemOf(null).status).toBe(500);
  });

  it('says nothing of an unexpected error but the request id', async () => {
    const response = problemOf(new TypeError('secret of the implementation'), { requestId: 'r2' });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('secret');
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', requestId: 'r2' });
  });
});
