import type { Billable, ErrorCode } from '#lib/base/errors.ts';
import type { FalProblem } from './errors.ts';

export interface EndRule {
  code: ErrorCode;
  advice: string;
  billable: Billable;
  retryable: boolean;
}

/** Of fal's queue and runners, each with its status. A status body has only the name. */
const STATUS_OF_TYPE: Partial<Record<string, number>> = {
  request_timeout: 504,
  startup_timeout: 504,
  runner_scheduling_failure: 503,
  runner_connection_timeout: 503,
  runner_disconnected: 503,
  runner_connection_refused: 503,
  runner_connection_error: 503,
  runner_incomplete_response: 502,
  runner_server_error: 500,
  internal_error: 500,
  client_disconnected: 499,
  client_cancelled: 499,
  bad_request: 400,
};

const MODERATION = /content_?policy|moderation|safety|nsfw|sensitive/i;

export function isCancellation({ type }: Pick<FalProblem, 'type'>): boolean {
  return type === 'client_cancelled';
}

/**
 * What the end of an accepted request means, and whether it may have been charged: fal does not bill its own failures (5xx),
 * but what a model refuses (422) it may.
 */
export function endRule({ type = '', httpStatus, isRetryable }: Partial<FalProblem>): EndRule {
  const status = STATUS_OF_TYPE[type] ?? httpStatus ?? 0;
  const billable = status >= 500 ? 'no' : 'maybe';
  if (MODERATION.test(type)) {
    return { code: 'rejected', advice: 'Change the prompt or the pictures.', billable, retryable: false };
  }
  if (status === 400 || status === 422) {
    const advice = 'Correct the input. It may have been charged.';
    return { code: 'invalid-input', advice, billable, retryable: isRetryable ?? false };
  }
  const advice = status >= 500 ? 'fal does not charge for it. Generate it again.' : 'It may have been charged.';
  return { code: 'provider-failed', advice, billable, retryable: isRetryable ?? status >= 500 };
}

export interface CallRule {
  code: ErrorCode;
  advice: string;
  retryable: boolean;
}

const LOCKED = /\block(ed)?\b|exhausted|balance|quota/i;
const KEY: CallRule = { code: 'auth', advice: 'Check FAL_KEY.', retryable: false };
const MONEY: CallRule = {
  code: 'quota',
  advice:
    'fal has locked the account or it has no balance; the key is not the reason. Look at fal.ai/dashboard/billing.',
  retryable: false,
};
const LATER: CallRule = { code: 'provider-failed', advice: 'Try again later.', retryable: true };
const BY_STATUS: Readonly<Record<number, CallRule>> = {
  401: KEY,
  402: MONEY,
  403: KEY,
  404: {
    code: 'not-found',
    advice: 'Check the id of the model or the request, and FAL_QUEUE_BASE_URL.',
    retryable: false,
  },
  405: { code: 'not-found', advice: 'Check FAL_QUEUE_BASE_URL.', retryable: false },
  410: { code: 'expired', advice: 'fal no longer has it.', retryable: false },
  429: { code: 'rate-limited', advice: 'Wait, or send fewer requests at once.', retryable: true },
};

/** What a refusal of the call itself means. */
export function callRule({ httpStatus, message = '', type = '' }: FalProblem): CallRule {
  if (httpStatus === 403 && LOCKED.test(message)) return MONEY;
  if (httpStatus >= 300 && httpStatus < 400) {
    const advice =
      'It redirects, and the key is not sent elsewhere: set FAL_QUEUE_BASE_URL to the address that it names.';
    return { code: 'config', advice, retryable: false };
  }
  const known = BY_STATUS[httpStatus];
  if (known || httpStatus < 400 || httpStatus >= 500 || httpStatus === 408) return known ?? LATER;
  if (MODERATION.test(type))
    return { code: 'rejected', advice: 'Change the prompt or the pictures.', retryable: false };
  return { code: 'invalid-input', advice: 'Correct the input.', retryable: false };
}

/** Whether a refused POST has surely made no request: fal, or a gateway before it, may fail after it was accepted. */
export function isSurelyRefused({ httpStatus }: Pick<FalProblem, 'httpStatus'>): boolean {
  return httpStatus >= 300 && httpStatus < 500 && httpStatus !== 408 && httpStatus !== 499;
}
