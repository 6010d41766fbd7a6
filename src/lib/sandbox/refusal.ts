/** What the provider answers instead of doing the work: HTTP status and the flat body's `code` and `message`. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
}

export const invalidParameter = (message: string): Refusal => ({ status: 400, code: 'InvalidParameter', message });

/** The usual bodies by status, for scripted refusals. */
const USUAL: Record<number, Omit<Refusal, 'status'>> = {
  401: { code: 'InvalidApiKey', message: 'Invalid API-key provided.' },
  404: { code: 'NotFound', message: 'The requested resource does not exist.' },
  416: { code: 'InvalidRange', message: 'The requested range cannot be satisfied.' },
  429: { code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded, please try again later.' },
  500: {
    code: 'InternalError',
    message: 'An internal error has occured, please try again later or contact service support.',
  },
  503: { code: 'ModelUnavailable', message: 'Model is unavailable, please try again later.' },
};

export function usualRefusal(status: number): Refusal {
  return { status, ...(USUAL[status] ?? { code: 'InternalError', message: 'Unexpected refusal.' }) };
}
