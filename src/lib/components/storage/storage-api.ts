import type {
  CleanUpView,
  FilmQuery,
  ScrapedDownloads,
  ScrapedFilms,
  StorageOverview,
} from '#lib/web/storage/storage-view.ts';

/** The server has refused a request, and said why. */
export class StorageRefusal extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** @throws StorageRefusal, or TypeError if the server does not respond */
export function fetchOverview(fetcher: typeof fetch): Promise<StorageOverview> {
  return ask('/api/storage', {}, fetcher);
}

/** @throws as `fetchOverview` */
export function fetchFilms(query: FilmQuery, fetcher: typeof fetch = fetch): Promise<ScrapedFilms> {
  return ask(`/api/storage/videos?${searchOf(query)}`, {}, fetcher);
}

/** @throws as `fetchOverview` */
export function fetchDownloads(fetcher: typeof fetch = fetch): Promise<ScrapedDownloads> {
  return ask('/api/storage/downloads', {}, fetcher);
}

/**
 * Says what would go by a rule; with the plan of that answer removes it.
 * @returns the answer, or why there is none
 */
export async function sendCleanUp(rule: object, fetcher: typeof fetch = fetch): Promise<CleanUpView | string> {
  const headers = { 'content-type': 'application/json' };
  try {
    return await ask('/api/storage/clean-up', { method: 'POST', headers, body: JSON.stringify(rule) }, fetcher);
  } catch (error) {
    if (error instanceof StorageRefusal) return error.message;
    return 'The server did not respond. What was begun goes on; look at the list before you try again.';
  }
}

/** The part of an address that asks for these films. */
export function searchOf(query: FilmQuery): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search;
}

async function ask<T>(address: string, request: RequestInit, fetcher: typeof fetch): Promise<T> {
  const response = await fetcher(address, { cache: 'no-store', ...request });
  if (response.ok) return response.json();
  const problem: { detail?: string } = await response.json().catch(() => ({}));
  throw new StorageRefusal(response.status, problem.detail ?? 'The server failed. Try again.');
}
