import { askServer, jsonRequest, whyNot } from '#lib/components/live/ask-server.ts';
import type {
  CleanUpView,
  FilmQuery,
  ScrapedDownloads,
  ScrapedFilms,
  StorageOverview,
} from '#lib/web/storage/storage-view.ts';
import { STATUS_WORDS } from './film-words.ts';

/** @throws ServerRefusal, or TypeError if the server does not respond */
export function fetchOverview(fetcher: typeof fetch): Promise<StorageOverview> {
  return askServer('/api/storage', {}, fetcher);
}

/** @throws as `fetchOverview` */
export function fetchFilms(query: FilmQuery, fetcher: typeof fetch = fetch): Promise<ScrapedFilms> {
  return askServer(`/api/storage/videos?${searchOf(query)}`, {}, fetcher);
}

/** More rows than anybody watches; those of films under way are among them. */
const MOST_WATCHED = 100;

/** @throws as `fetchOverview` */
export function fetchDownloads(fetcher: typeof fetch = fetch): Promise<ScrapedDownloads> {
  return askServer(`/api/storage/downloads?limit=${MOST_WATCHED}`, {}, fetcher);
}

/**
 * Says what would go by a rule; with the plan of that answer removes it.
 * @returns the answer, or why there is none
 */
export async function sendCleanUp(rule: object, fetcher: typeof fetch = fetch): Promise<CleanUpView | string> {
  try {
    return await askServer('/api/storage/clean-up', jsonRequest('POST', rule), fetcher);
  } catch (error) {
    return whyNot(error, 'The server did not respond. What was begun goes on; look at the list before you try again.');
  }
}

/** What an address or a form asks the list for. Whether there is such a part of it is for the server to say. */
export function queryOf(asked: { get(name: string): FormDataEntryValue | null }): FilmQuery {
  const given = (name: string) => String(asked.get(name) ?? '') || undefined;
  const status = STATUS_WORDS.find(({ value }) => value === given('status'))?.value;
  return { text: given('text'), channel: given('channel'), status, cursor: given('cursor') };
}

/** The part of an address that asks for these films. */
export function searchOf(query: FilmQuery): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search;
}
