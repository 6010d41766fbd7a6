import type { ErrorCode } from '#lib/base/errors.ts';
import type { ServiceProblem } from './errors.ts';

export interface ErrorRule {
  code: ErrorCode;
  advice: string;
  retryable: boolean;
  /** Of a creation: nothing was accepted, so nothing is charged. */
  surelyNotCreated: boolean;
}

const REFUSED = { retryable: false, surelyNotCreated: true };
const LATER = { retryable: true, surelyNotCreated: true };

/** By the server's word, which says more than its status. */
const BY_WORD: ReadonlyArray<readonly [pattern: RegExp, rule: ErrorRule]> = [
  [
    /moderation|content_?policy|content_?filter|safety|sensitive/i,
    { code: 'rejected', advice: 'Change the prompt or the reference.', ...REFUSED },
  ],
  [
    /insufficient_?(quota|credits?|balance|funds)|billing|payment_required|quota_exceeded/i,
    { code: 'quota', advice: 'Check the balance and the limits of the account.', ...REFUSED },
  ],
  [
    /model_?not_?found|deploymentnotfound/i,
    { code: 'invalid-input', advice: 'Choose a model that this server has: set OPENAI_VIDEOS_MODEL.', ...REFUSED },
  ],
];

const INPUT: ErrorRule = { code: 'invalid-input', advice: 'Correct the request.', ...REFUSED };
const KEY: ErrorRule = {
  code: 'auth',
  advice: 'Check OPENAI_VIDEOS_API_KEY and, behind a gateway, the key with which it asks the service.',
  ...REFUSED,
};
const PATH: ErrorRule = { code: 'not-found', advice: 'Check OPENAI_VIDEOS_BASE_URL.', ...REFUSED };

const BY_STATUS: Readonly<Record<number, ErrorRule>> = {
  400: INPUT,
  401: KEY,
  402: { code: 'quota', advice: 'Check the balance of the account.', ...REFUSED },
  403: KEY,
  404: PATH,
  405: PATH,
  410: { code: 'expired', advice: 'It is no longer available.', ...REFUSED },
  413: { ...INPUT, advice: 'Use a smaller reference.' },
  415: INPUT,
  422: INPUT,
  429: { code: 'rate-limited', advice: 'Wait, or send fewer requests at once.', ...LATER },
  501: { code: 'provider-failed', advice: 'The server does not offer this.', ...REFUSED },
};
const ABOUT_A_VIDEO: ErrorRule = {
  code: 'not-found',
  advice:
    'The server does not know this id: it may have removed the video, or run as several replicas that do not share their jobs.',
  ...REFUSED,
};
/** A job may exist even so: the server or a gateway failed after it had been accepted. */
const FAILED: ErrorRule = {
  code: 'provider-failed',
  advice: 'Try again later.',
  retryable: true,
  surelyNotCreated: false,
};
const REDIRECTED: ErrorRule = {
  code: 'config',
  advice: 'It redirects, and the key is not sent elsewhere: set OPENAI_VIDEOS_BASE_URL to the address that it names.',
  ...REFUSED,
};

/** What an error of the server's means. */
export function errorRule({ action, httpStatus, code = '' }: ServiceProblem): ErrorRule {
  const byWord = BY_WORD.find(([pattern]) => pattern.test(code))?.[1];
  // With 5xx a word describes what the server was doing, not what it decided.
  if (byWord && (httpStatus === undefined || httpStatus < 500)) return byWord;
  if (httpStatus === undefined)
    return { ...FAILED, advice: 'Create it again, or change the request.', retryable: false };
  if (httpStatus === 404 && (action === 'retrieve' || action === 'content' || action === 'delete'))
    return ABOUT_A_VIDEO;
  if (httpStatus >= 300 && httpStatus < 400) return REDIRECTED;
  return BY_STATUS[httpStatus] ?? FAILED;
}
