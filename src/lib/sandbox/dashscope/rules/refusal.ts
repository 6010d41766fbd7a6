/** What the provider answers instead of doing the work: HTTP status and the flat body's `code` and `message`. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
}

/** How a task ends that was taken on and cannot be done. */
export interface TaskFailure {
  code: string;
  message: string;
}

export const invalidParameter = (message: string): Refusal => ({ status: 400, code: 'InvalidParameter', message });

/** The provider's sentence for a value that it does not take, and what the sandbox knows of the reason. */
export const invalidField = (field: string, reason: string): Refusal =>
  invalidParameter(`Required parameter(${field}) missing or invalid, please check the request parameters. (${reason})`);

export const missingField = (field: string): Refusal => invalidParameter(`Field required: ${field}`);

/** A path that is none, or not the model's. The full-width mark is the provider's. */
export const WRONG_ADDRESS = invalidParameter('url error, please check url！');

/** The texts of the error-code page. */
export const badRequest = {
  noJson: { status: 400, code: 'BadRequest.IllegalInput', message: 'The input parameter requires json format.' },
  noModel: emptyField('EmptyModel', 'parameter "model"'),
  noInput: emptyField('EmptyInput', 'input parameter'),
  noParameters: emptyField('EmptyParameters', 'parameter "parameters"'),
} as const;

function emptyField(kind: string, what: string): Refusal {
  return { status: 400, code: `BadRequest.${kind}`, message: `Required ${what} missing from request.` };
}

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
