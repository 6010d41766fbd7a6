/** An answer of fal's that is no success. */
export interface FalRefusal {
  status: number;
  body: { detail: unknown; error_type?: string };
}

/** The errors of fal's own runners and queue, each with its status. */
export const ERROR_TYPES: Readonly<Record<string, number>> = {
  request_timeout: 504,
  startup_timeout: 504,
  runner_scheduling_failure: 503,
  runner_connection_timeout: 503,
  runner_disconnected: 503,
  runner_connection_refused: 503,
  runner_connection_error: 503,
  runner_incomplete_response: 502,
  runner_server_error: 500,
  client_disconnected: 499,
  client_cancelled: 499,
  bad_request: 400,
  internal_error: 500,
};

const USUAL: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Authentication is required to access this application.',
  403: 'Access denied',
  404: 'Not found',
  405: 'Method Not Allowed',
  408: 'Request timeout',
  429: 'Too many requests',
  503: 'Service unavailable',
};

/** Flat: of the queue and its gateway. */
export function flat(
  status: number,
  detail = USUAL[status] ?? 'Internal Server Error',
  errorType?: string,
): FalRefusal {
  return { status, body: { detail, ...(errorType !== undefined && { error_type: errorType }) } };
}

/** A list: of the model, which may echo its input. */
export function modelError(
  { type, message, field }: { type: string; message: string; field: string },
  input: unknown,
  status = 422,
): FalRefusal {
  const url = `https://docs.fal.ai/errors#${type}`;
  return { status, body: { detail: [{ loc: ['body', field], msg: message, type, url, input }] } };
}
