import { describe, expect, it } from 'vitest';
import { ERROR_CODES, isReelError, messageOf, ReelError, withContext } from '#lib/base/errors.ts';

describe('ReelError', () => {
  it('carries what a caller needs to act', () => {
    const cause = new Error('socket');
    const expiresAt = new Date(0);
    const error = new ReelError('network', 'No answer. Try again.', {
      stage: 'submitting',
      billable: 'maybe',
      taskId: 't',
      requestId: 'r',
      expiresAt,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'ReelError', code: 'network', stage: 'submitting', billable: 'maybe' });
    expect(error).toMatchObject({ message: 'No answer. Try again.', taskId: 't', requestId: 'r', expiresAt, cause });
  });

  it.each(ERROR_CODES)('%s is worth repeating only if time alone can heal it', (code) => {
    const heals = ['rate-limited', 'timeout', 'network', 'busy'].includes(code);
    expect(new ReelError(code, '')).toMatchObject({ retryable: heals, billable: 'no', stage: undefined });
    expect(new ReelError(code, '', { retryable: !heals }).retryable).toBe(!heals);
  });

  it('has no cause of its own when none is given', () => {
    expect('cause' in new ReelError('busy', '')).toBe(false);
  });
});

describe('isReelError', () => {
  const foreign = Object.assign(new Error('lookalike'), { name: 'ReelError', code: 'busy' });
  it.each([
    [new ReelError('busy', ''), true],
    // As a second copy of the module in another bundle makes it.
    [Object.defineProperty(new Error(''), Symbol.for('reelkeep.ReelError'), { value: true }), true],
    [foreign, false],
    [null, false],
    [undefined, false],
    ['busy', false],
  ])('%s: %s', (value, expected) => {
    expect(isReelError(value)).toBe(expected);
  });
});

describe('withContext', () => {
  it('adds what is missing and keeps what is there', () => {
    const error = new ReelError('timeout', 'Too slow.', { stage: 'queued', retryable: false });
    const enriched = withContext(error, { stage: 'downloading', taskId: 't', billable: 'yes', retryable: true });
    expect(enriched).toMatchObject({ code: 'timeout', message: 'Too slow.', stage: 'queued', retryable: false });
    expect(enriched).toMatchObject({ taskId: 't', billable: 'yes', cause: error, stack: error.stack });
  });

  it('keeps the first cause and a known charge', () => {
    const cause = new Error('socket');
    const error = new ReelError('network', '', { billable: 'maybe', taskId: 'first', cause });
    expect(withContext(error, { billable: 'yes', taskId: 'second' })).toMatchObject({
      billable: 'maybe',
      taskId: 'first',
      cause,
    });
  });
});

describe('messageOf', () => {
  const refused = [new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')];
  it.each([
    [new Error('plain'), 'plain'],
    [new TypeError(''), 'TypeError'],
    [new AggregateError(refused, ''), 'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1'],
    [new AggregateError([], 'all of them'), 'all of them'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [Symbol('odd'), 'Symbol(odd)'],
    [Object.create(null), 'unknown error'],
  ])('of %o is %j', (thrown, expected) => {
    expect(messageOf(thrown)).toBe(expected);
  });
});
