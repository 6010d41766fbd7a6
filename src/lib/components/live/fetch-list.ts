import type { Snapshot, VideoGroup } from '#lib/web/videos/view.ts';

/** A response that takes longer than this counts as missing. */
const TIMEOUT_MS = 10_000;

/** The server responded with an error. */
export class ListRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The server responded with status ${status}.`);
    this.status = status;
  }
}

export interface ListPart {
  limit: number;
  cursor?: string | undefined;
  group?: VideoGroup | 'outside';
}

/** A part of a list of videos. @throws ListRefusal, or TypeError if the server does not respond */
export function fetchPart({ limit, cursor, group }: ListPart, fetcher: typeof fetch = fetch): Promise<Snapshot> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) query.set('cursor', cursor);
  if (group !== undefined) query.set('group', group);
  return ask(`/api/videos?${query}`, {}, fetcher);
}

/** What has changed since this event, or, if that is no longer known, what a page starts with. @throws as `fetchPart` */
export function fetchChanges(eventId: string): Promise<Snapshot> {
  return ask('/api/videos', { 'last-event-id': eventId }, fetch);
}

async function ask(address: string, headers: Record<string, string>, fetcher: typeof fetch): Promise<Snapshot> {
  const response = await fetcher(address, { headers, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new ListRefusal(response.status);
  return response.json();
}

const KEYS_AT_ONCE = 50;

/**
 * Fetches the current state of videos that a new snapshot does not include.
 * @param eventId the event up to which their state is known
 */
export async function fetchRest(keys: ReadonlySet<string>, eventId: string): Promise<Snapshot['videos']> {
  const changes = await fetchChanges(eventId);
  if (changes.after !== undefined) return changes.videos;
  const all = [...keys];
  const found: Array<Snapshot['videos'][number]> = [];
  for (let from = 0; from < all.length; from += KEYS_AT_ONCE) {
    const query = new URLSearchParams({ keys: all.slice(from, from + KEYS_AT_ONCE).join(',') });
    found.push(...(await ask(`/api/videos?${query}`, {}, fetch)).videos);
  }
  return found;
}
