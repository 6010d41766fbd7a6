/** An error body of OpenAI's API. */
export interface VideoRefusal {
  status: number;
  message: string;
  type?: string;
  param?: string | null;
  code?: string | null;
}

const INVALID = 'invalid_request_error';

const USUAL: Readonly<Record<number, Omit<VideoRefusal, 'status'>>> = {
  400: { message: 'Invalid request.', type: INVALID },
  401: { message: 'Incorrect API key provided.', type: INVALID, code: 'invalid_api_key' },
  403: { message: 'You are not allowed to use this model.', type: INVALID, code: 'permission_denied' },
  404: { message: 'Not found.', type: INVALID },
  405: { message: 'Method Not Allowed.', type: INVALID },
  409: { message: 'Another request changes this video.', type: INVALID },
  410: { message: 'This resource is no longer available.', type: INVALID },
  429: { message: 'Rate limit reached for requests.', type: 'requests', code: 'rate_limit_exceeded' },
};
const FAILED = { message: 'The server had an error while processing your request.', type: 'server_error' };

/** What the service says with this status where nothing more is known. */
export function usualRefusal(status: number): VideoRefusal {
  return { status, ...(USUAL[status] ?? FAILED) };
}

export function invalid(param: string, message: string, code: string | null = 'invalid_value'): VideoRefusal {
  return { status: 400, message, type: INVALID, param, code };
}

export function noSuchVideo(id: string): VideoRefusal {
  return { status: 404, message: `Video with id '${id}' not found.`, type: INVALID };
}

export function errorBody({ message, type = INVALID, param = null, code = null }: VideoRefusal): object {
  return { error: { message, type, param, code } };
}
