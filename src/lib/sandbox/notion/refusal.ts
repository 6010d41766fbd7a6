/** An error as Notion answers it; codes and statuses: developers.notion.com/reference/status-codes. */
export class NotionRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly additionalData: Record<string, string> | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: { headers?: Record<string, string>; additionalData?: Record<string, string> | undefined } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = extra.headers ?? {};
    this.additionalData = extra.additionalData;
  }
}

export function invalid(message: string): NotionRefusal {
  return new NotionRefusal(400, 'validation_error', message);
}

export function notFound(what: string, id: string): NotionRefusal {
  const advice = 'Make sure the relevant pages and databases are shared with your integration.';
  return new NotionRefusal(404, 'object_not_found', `Could not find ${what} with ID: ${id}. ${advice}`);
}

/** The usual code and message of a status. */
export const USUAL: Readonly<Record<number, { code: string; message: string }>> = {
  400: { code: 'validation_error', message: 'body failed validation.' },
  401: { code: 'unauthorized', message: 'API token is invalid.' },
  403: { code: 'restricted_resource', message: 'Insufficient permissions for this endpoint.' },
  404: { code: 'object_not_found', message: 'Could not find page.' },
  409: { code: 'conflict_error', message: 'Conflict occurred while saving. Please try again.' },
  429: { code: 'rate_limited', message: 'You have been rate limited. Please try again in a few minutes.' },
  500: { code: 'internal_server_error', message: 'Unexpected error occurred.' },
  503: {
    code: 'service_unavailable',
    message: 'Public API service is temporarily unavailable, please try again later.',
  },
  504: { code: 'gateway_timeout', message: 'The request timed out. Please try again.' },
  529: { code: 'service_overload', message: 'The service is overloaded. Please try again later.' },
};
