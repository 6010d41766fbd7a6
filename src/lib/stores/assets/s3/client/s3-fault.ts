import { retryAfterMs } from '#lib/base/backoff.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { type ErrorCode, isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';

/** What an error of the SDK says: the answer's status, if there was one, and the store's or Node's code. */
export interface S3Fault {
  status: number | undefined;
  code: string;
  retryAfterMs: number | undefined;
}

/** @param nowMs for a `Retry-After` that is a date */
export function faultOf(error: unknown, nowMs: number): S3Fault {
  const response = field(error, '$response');
  const status =
    numberOf(field(field(error, '$metadata'), 'httpStatusCode')) ?? numberOf(field(response, 'statusCode'));
  const wait = field(field(response, 'headers'), 'retry-after');
  return {
    status,
    code: errnoOf(error) ?? textOf(field(error, 'name')) ?? 'unknown',
    retryAfterMs: retryAfterMs(textOf(wait), nowMs),
  };
}

/** The bytes that arrived were not those that were sent: to be sent again. */
const DAMAGED: ReadonlySet<string> = new Set([
  'BadDigest',
  'IncompleteBody',
  'XAmzContentSHA256Mismatch',
  'InvalidDigest',
]);
const PASSING: ReadonlySet<string> = new Set([
  ...['RequestTimeout', 'SlowDown', 'InternalError', 'ServiceUnavailable'],
  // Two writers at once: nothing is decided yet.
  ...['ConditionalRequestConflict', 'OperationAborted'],
]);
const OWN_CONFIG: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);

export function isDamage({ code }: S3Fault): boolean {
  return DAMAGED.has(code);
}

/** Whether the same request may succeed later without any change. */
export function isPassing(fault: S3Fault): boolean {
  const { status, code } = fault;
  if (isDamage(fault) || PASSING.has(code)) return true;
  if (status === undefined)
    return !OWN_CONFIG.has(code) && !/^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code);
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

/** The store does not know this header or request: OpenStack Swift and some others say so. */
export function isNotImplemented({ status, code }: S3Fault): boolean {
  return status === 501 || code === 'NotImplemented' || code === 'NotSupported';
}

/** Something has the name already. */
export function isPreconditionFailed({ status }: S3Fault): boolean {
  return status === 412;
}

/** Whether a name is there cannot be told: without the right to list, a store answers 403 for one that is not. */
export function isForbidden({ status }: S3Fault): boolean {
  return status === 403 || status === 401;
}

export function isAbsent({ status }: S3Fault): boolean {
  return status === 404;
}

/** By the code that the store answers, or by the status where a HEAD has no body: what to tell the user. */
const MEANINGS: Record<string, { code: ErrorCode; advice: string }> = {
  CredentialsProviderError: {
    code: 'config',
    advice:
      'No credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure a profile or role of the AWS SDK.',
  },
  NoSuchBucket: { code: 'config', advice: 'The bucket does not exist. Create it, or correct its name.' },
  PermanentRedirect: { code: 'config', advice: 'The bucket is in another region. Set AWS_REGION.' },
  AuthorizationHeaderMalformed: { code: 'config', advice: 'The bucket is in another region. Set AWS_REGION.' },
  RequestTimeTooSkewed: { code: 'config', advice: 'The clock of this machine is wrong. Set it.' },
  InvalidAccessKeyId: { code: 'auth', advice: 'The store does not know the key. Check AWS_ACCESS_KEY_ID.' },
  SignatureDoesNotMatch: { code: 'auth', advice: 'The secret is not that of the key. Check AWS_SECRET_ACCESS_KEY.' },
  ExpiredToken: { code: 'auth', advice: 'The credentials have expired. Get new ones.' },
  QuotaExceeded: { code: 'disk-full', advice: 'The quota of the store is used up. Free some space.' },
  403: {
    code: 'auth',
    advice: 'The credentials are not allowed to do that. Grant the right, or use other credentials.',
  },
  301: { code: 'config', advice: 'The bucket is in another region. Set AWS_REGION.' },
  429: { code: 'rate-limited', advice: 'The store asks to wait. Try again later.' },
  507: { code: 'disk-full', advice: 'The store is full. Free some space.' },
};

/**
 * The error for the user. Never contains an address with a signature.
 * @param what was being done, such as `Could not upload s3://films/rome.mp4`
 */
export function s3Error(error: unknown, what: string, nowMs: number): ReelError {
  if (isReelError(error)) return error;
  const fault = faultOf(error, nowMs);
  const { status, code: name } = fault;
  const isWithoutRegion = status === undefined && /region is missing/i.test(messageOf(error));
  const known = isWithoutRegion
    ? ({ code: 'config', advice: 'No region was found. Set AWS_REGION.' } as const)
    : (MEANINGS[name] ?? MEANINGS[String(status)]);
  const detail = [status, name].filter((one) => one !== undefined && one !== 'unknown').join(' ');
  const reason = detail === '' ? redactText(messageOf(error)) : detail;
  const passing = { code: 'network', advice: 'Check the address and the network, or try again later.' } as const;
  const { code, advice } = known ?? (isPassing(fault) ? passing : UNKNOWN);
  const retryable = isPassing(fault) || code === 'disk-full';
  return new ReelError(code, `${what} (${reason}). ${advice}`, {
    ...{ stage: 'recording', retryable, cause: error },
    retryAfterMs: fault.retryAfterMs,
  });
}

const UNKNOWN = { code: 'network', advice: 'The store rejects the request. Check its settings and its log.' } as const;

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
