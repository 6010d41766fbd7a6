import { errnoOf } from '#lib/base/disk/errno.ts';
import { type ErrorCode, isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';

/**
 * The connection is gone, and with it what was not committed. Codes of the system, and PostgreSQL's for a backend that was
 * ended: by an administrator, by a crash or restart, or because its transaction was idle for too long. ETIMEDOUT and the two
 * of the network end connections that are in use as well: a commit that was under way may have arrived.
 */
const LOST = new Set(
  'ECONNRESET EPIPE ECONNREFUSED ETIMEDOUT EHOSTUNREACH ENETUNREACH 57P01 57P02 57P03 57P05 25P03 25P04 08000 08001 08003 08004 08006'.split(
    ' ',
  ),
);
/** Of pg, which has no codes for these. */
const LOST_MESSAGE =
  /connection terminated(?! due to connection timeout)|connection ended|not queryable|client was closed/i;
const NO_CONNECTION = /timeout exceeded when trying to connect|connection terminated due to connection timeout/i;
const NO_ANSWER = /query read timeout/i;

const CODES: ReadonlyArray<readonly [pattern: RegExp, code: ErrorCode, what: string]> = [
  [/^(28|3D|3F)/, 'config', 'refuses the user, the password or the name of the database. Correct REELKEEP_DATABASE'],
  [/^42501$/, 'config', 'does not permit it. Grant the user the right to create and use tables in its schema'],
  [/^42P0[16]$/, 'config', 'does not have the expected tables. Check the schema in its search_path'],
  [
    /^25006$/,
    'network',
    'is read-only at the moment, as a standby server is. Try again later, or use the primary server',
  ],
  [/^53100$/, 'disk-full', 'has no space left on its disk. Free some space, then run it again'],
  [/^(53|57P03)/, 'network', 'has no connection free at the moment. Try again later'],
  [/^(55P03|40P01)$/, 'busy', 'has kept the records locked for too long. Try again later'],
  [/^57014$/, 'timeout', 'did not answer in time. Try again later'],
  [/^(XX001|XX002)$/, 'store-corrupt', 'reports damaged data. Restore a copy; until then nothing is written to it'],
];

/** The five characters of an SQLSTATE, or the system's code. */
export function postgresCodeOf(error: unknown): string | undefined {
  return errnoOf(error);
}

/** Whether the connection was lost. What ran on it may be repeated on another one if repeating is harmless. */
export function isConnectionLost(error: unknown): boolean {
  if (isReelError(error)) return false;
  const code = postgresCodeOf(error);
  if (code !== undefined && LOST.has(code)) return true;
  return error instanceof Error && LOST_MESSAGE.test(error.message);
}

/** Whether the server may have done what was asked, without its answer having arrived. */
export function isAnswerLost(error: unknown): boolean {
  return isConnectionLost(error) || (error instanceof Error && NO_ANSWER.test(error.message));
}

/**
 * Turns an error of PostgreSQL, of its driver or of the network into a ReelError.
 * @param server names it to a person, without a password
 */
export function postgresError(error: unknown, server: string): ReelError {
  if (isReelError(error)) return error;
  const code = postgresCodeOf(error) ?? '';
  const fail = (kind: ErrorCode, what: string) => new ReelError(kind, what, { stage: 'recording', cause: error });
  const known = CODES.find(([pattern]) => pattern.test(code));
  if (known) return fail(known[1], `The database ${server} ${known[2]} (${code}).`);
  const detail = redactText(messageOf(error));
  if (NO_ANSWER.test(detail)) return fail('timeout', `The database ${server} did not answer in time. Try again later.`);
  if (NO_CONNECTION.test(detail)) {
    const advice = 'Check that it runs and permits enough connections, then try again.';
    return fail('network', `No connection to the database ${server} was free in time. ${advice}`);
  }
  if (isConnectionLost(error) || /^(E[A-Z]+|CERT_|ERR_TLS|SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/.test(code)) {
    return fail('network', `The database ${server} cannot be reached: ${detail}. Check that it runs, then try again.`);
  }
  return fail(
    'disk',
    `The database ${server} failed: ${detail}${code === '' ? '' : ` (${code})`}. Nothing was changed.`,
  );
}
