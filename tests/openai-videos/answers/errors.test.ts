import { describe, expect, it } from 'vitest';
import { errorOf, type ServiceProblem, serviceError, statusInBody } from '#lib/openai-videos/answers/errors.ts';

describe('what an error body says', () => {
  it.each([
    [
      'as OpenAI describes it',
      { error: { message: 'No.', type: 'invalid_request_error', param: 'size', code: 'bad_size' } },
      { code: 'bad_size', message: 'No.' },
    ],
    [
      'without a code',
      { error: { message: 'No.', type: 'video_generation_user_error', param: null, code: null } },
      { code: 'video_generation_user_error', message: 'No.' },
    ],
    ['with a number for a code', { error: { message: 'No.', code: 401 } }, { code: '401', message: 'No.' }],
    ['in one sentence', { error: 'No.' }, { message: 'No.' }],
    ['as FastAPI does', { detail: 'Video not found' }, { message: 'Video not found' }],
    [
      'as FastAPI does of fields',
      { detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' }, { msg: 'odd' }] },
      { message: 'prompt: Field required; odd' },
    ],
    [
      'without a wrapper',
      { object: 'error', message: 'No.', type: 'NotFoundError', code: 404 },
      { code: '404', message: 'No.' },
    ],
    ['nothing', {}, {}],
    ['text', 'Bad Gateway', {}],
    ['null', null, {}],
    ['a list', [1], {}],
    ['undefined', undefined, {}],
  ])('is read %s', (_name, body, expected) => {
    expect(errorOf(body)).toEqual(expected);
  });

  it.each([
    [{ error: { message: 'No.' }, status: 401 }, 401],
    [{ status_code: 503 }, 503],
    [{ status: 'completed' }, undefined],
    [{ status: 200 }, undefined],
    [null, undefined],
  ])('may hold the real status: %j', (body, expected) => {
    expect(statusInBody(body)).toBe(expected);
  });
});

const problem = (changes: Partial<ServiceProblem>): ServiceProblem => ({
  action: 'create',
  httpStatus: 400,
  ...changes,
});

describe('the error of a refused creation', () => {
  it.each<[Partial<ServiceProblem>, string, boolean]>([
    [{ httpStatus: 400 }, 'invalid-input', false],
    [{ httpStatus: 422 }, 'invalid-input', false],
    [{ httpStatus: 400, code: 'moderation_blocked' }, 'rejected', false],
    [{ httpStatus: 403, code: 'content_policy_violation' }, 'rejected', false],
    [{ httpStatus: 404, code: 'model_not_found' }, 'invalid-input', false],
    [{ httpStatus: 401 }, 'auth', false],
    [{ httpStatus: 402 }, 'quota', false],
    [{ httpStatus: 404 }, 'not-found', false],
    [{ httpStatus: 405 }, 'not-found', false],
    [{ httpStatus: 307 }, 'config', false],
    [{ httpStatus: 429 }, 'rate-limited', true],
    [{ httpStatus: 429, code: 'insufficient_quota' }, 'quota', false],
  ])('%j is %s, and cost nothing', (changes, code, retryable) => {
    expect(serviceError(problem(changes))).toMatchObject({ code, retryable, billable: 'no', stage: 'submitting' });
  });

  it.each([[500], [502], [503], [504], [408], [409], [425], [499], [529]])(
    '%i leaves open whether there is a video',
    (httpStatus) => {
      expect(serviceError(problem({ httpStatus }))).toMatchObject({
        ...{ code: 'unknown-outcome', retryable: false, billable: 'maybe' },
        message: expect.stringContaining('look for it in the list'),
      });
    },
  );

  it('is not settled by a word if the server failed', () => {
    expect(serviceError(problem({ httpStatus: 500, code: 'moderation_error' }))).toMatchObject({
      code: 'unknown-outcome',
    });
  });
});

describe('the error of another call', () => {
  it.each<[Partial<ServiceProblem>, object]>([
    [
      { action: 'retrieve', httpStatus: 404 },
      { code: 'not-found', billable: 'maybe', message: expect.stringContaining('replicas') },
    ],
    [
      { action: 'retrieve', httpStatus: 401 },
      { code: 'auth', retryable: false },
    ],
    [
      { action: 'retrieve', httpStatus: 500 },
      { code: 'provider-failed', retryable: true },
    ],
    [
      { action: 'list', httpStatus: 404 },
      { code: 'not-found', billable: 'no' },
    ],
    [{ action: 'content', httpStatus: 410 }, { code: 'expired' }],
    [{ action: 'job', httpStatus: undefined, code: 'moderation_blocked' }, { code: 'rejected' }],
    [
      { action: 'job', httpStatus: undefined, code: 'oom' },
      { code: 'provider-failed', retryable: false },
    ],
  ])('%j', (changes, expected) => {
    expect(serviceError(problem({ videoId: 'video_1', ...changes }))).toMatchObject({ taskId: 'video_1', ...expected });
  });

  it('quotes the server in one line, without secrets', () => {
    const message = `Bad\n key sk-abcdef0123456789 at https://x.example/a?sig=secret ${'.'.repeat(400)}`;
    const error = serviceError(problem({ action: 'list', httpStatus: 401, code: 'invalid_api_key', message }));
    expect(error.message).toMatch(
      /^The server could not list its videos \(invalid_api_key, HTTP 401\): “Bad key sk-… at https:\/\/x\.example\/a\?…/,
    );
    expect(error.message).not.toMatch(/secret|abcdef/);
    expect(error.message.length).toBeLessThan(600);
  });
});
