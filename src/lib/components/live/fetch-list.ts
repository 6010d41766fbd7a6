import type { Snapshot, VideoGroup } from '#lib/web/videos/view.ts';

/** An answer that takes longer than this is none. */
const TIMEOUT_MS = 10_000;

/** The server answered, and would not. */
export class ListRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The server answered ${status}.`);
    this.status = status;
  }
}

export interface ListPart {
  limit: number;
  cursor?: string | undefined;
  group?: VideoGroup | 'outside';
}

/** A part of a list of videos. @throws ListRefusal, or TypeError where nobody answers */
export function fetchPart({ limit, cursor, group }: ListPart, fetcher: typeof fetch = fetch): Promise<Snapshot> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) query.set('cursor', cursor);
  if (group !== undefined) query.set('group', group);
  return ask(`/api/videos?${query}`, {}, fetcher);
}

/** What has changed since this event, or where that is not known any more what a page begins with. @throws as `fetchPart` */
export function fetchChanges(eventId: string): Promise<Snapshot> {
  return ask('/api/videos', { 'last-event-id': eventId }, fetch);
}

async function ask(address: string, headers: Record<string, string>, fetcher: typeof fetch): Promise<Snapshot> {
  const response = await fetcher(address, { headers, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new ListRefusal(response.status);
  return response.json();
}

const LARGEST_PART = 500;

/**
 * Asks for what has become of some videos, of which a new snapshot does not tell.
 * @param eventId up to which everything of them is known
 */
export async function fetchRest(keys: ReadonlySet<string>, eventId: string): Promise<Snapshot['videos']> {
  const changes = await fetchChanges(eventId);
  if (changes.after !== undefined) return changes.videos;
  const missing = new Set(keys);
  const found: Array<Snapshot['videos'][number]> = [];
  let cursor: string | undefined;
  do {
    const { videos, nextCursor } = await fetchPart({ limit: LARGEST_PART, cursor });
    found.push(...videos.filter(({ key }) => missing.delete(key)));
    cursor = nextCursor;
  } while (cursor !== undefined && missing.size > 0);
  return found;
}
