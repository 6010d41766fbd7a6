/** The server has refused a request, and said why. */
export class ServerRefusal extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The answer to a request, as it is now. @throws ServerRefusal, or TypeError if the server does not respond */
export async function askServer<T>(address: string, request: RequestInit, fetcher: typeof fetch): Promise<T> {
  const response = await fetcher(address, { cache: 'no-store', ...request });
  if (response.ok) return response.json();
  const problem: { detail?: string } = await response.json().catch(() => ({}));
  throw new ServerRefusal(response.status, problem.detail ?? 'The server failed. Try again.');
}

/** A request with a body of JSON. */
export function jsonRequest(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Why there is no answer. @param silence what is said where nobody responds */
export function whyNot(error: unknown, silence = 'The server did not respond. Try again.'): string {
  return error instanceof ServerRefusal ? error.message : silence;
}
