import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import {
  isAnswerLost,
  isConnectionLost,
  postgresCodeOf,
  postgresError,
} from '#lib/stores/records/postgres/postgres-error.ts';

const SERVER = 'postgres://db.example/reel';
const failure = (code: string | undefined, message = 'the driver says') => Object.assign(new Error(message), { code });

describe('an error of PostgreSQL', () => {
  it.each<[string, string, RegExp]>([
    ['28P01', 'config', /refuses the user.*Correct REELKEEP_DATABASE/],
    ['3D000', 'config', /the name of the database/],
    ['42501', 'config', /Grant the user/],
    ['42P01', 'config', /search_path/],
    ['25006', 'network', /read-only.*primary/],
    ['53100', 'disk-full', /Free some space/],
    ['53300', 'network', /no connection free/],
    ['57P03', 'network', /no connection free/],
    ['55P03', 'busy', /locked for too long/],
    ['40P01', 'busy', /locked for too long/],
    ['57014', 'timeout', /did not answer in time/],
    ['XX001', 'store-corrupt', /damaged/],
    ['ECONNREFUSED', 'network', /cannot be reached/],
    ['ENOTFOUND', 'network', /cannot be reached/],
    ['ETIMEDOUT', 'network', /cannot be reached/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'network', /cannot be reached/],
    ['57P01', 'network', /cannot be reached/],
    ['23505', 'disk', /failed: the driver says \(23505\)\. Nothing was changed/],
  ])('with the code %s is %s', (code, kind, message) => {
    const cause = failure(code);
    const error = postgresError(cause, SERVER);
    expect(error).toMatchObject({ code: kind, stage: 'recording', cause, message: expect.stringMatching(message) });
    expect(error.message).toContain(SERVER);
  });

  it.each<[string, string]>([
    ['Query read timeout', 'timeout'],
    ['timeout exceeded when trying to connect', 'network'],
    ['Connection terminated due to connection timeout', 'network'],
    ['Connection terminated unexpectedly', 'network'],
    ['something else', 'disk'],
  ])('of its driver, which has no code, is known by its words: %s', (message, code) => {
    expect(postgresError(new Error(message), SERVER).code).toBe(code);
  });

  it('tells no password', () => {
    const cause = failure('EHOSTUNREACH', 'no route to postgres://ann:s3cret@db.example/reel');
    expect(postgresError(cause, SERVER).message).not.toContain('s3cret');
  });
});

describe('a lost connection', () => {
  it.each([
    ...['ECONNRESET', 'EPIPE', 'ECONNREFUSED', '57P01', '08006', '25P03'],
    // TCP gave up, or the network went away, while a statement was under way: it may have been done.
    ...['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ])('is known by %s', (code) => {
    expect([isConnectionLost(failure(code)), isAnswerLost(failure(code))]).toEqual([true, true]);
  });

  it.each<[string, boolean, boolean]>([
    ['Connection terminated unexpectedly', true, true],
    ['Client has encountered a connection error and is not queryable', true, true],
    // It may have been done, and is not repeated: the server still works on it.
    ['Query read timeout', false, true],
    // Nothing was asked yet.
    ['Connection terminated due to connection timeout', false, false],
    ['timeout exceeded when trying to connect', false, false],
  ])('is known by the words of the driver: %s', (message, isLost, isAnswer) => {
    const error = new Error(message);
    expect([isConnectionLost(error), isAnswerLost(error)]).toEqual([isLost, isAnswer]);
  });

  it('is nothing that the server itself has answered, and nothing of ours', () => {
    const own = new ReelError('network', 'Connection terminated', { stage: 'recording' });
    expect([failure('23505'), failure('57014'), own, 'ECONNRESET'].map(isConnectionLost)).toEqual(Array(4).fill(false));
    expect(postgresError(own, SERVER)).toBe(own);
    expect(postgresCodeOf(failure('23505'))).toBe('23505');
  });
});
