import { describe, expect, it } from 'vitest';
import { listFor, noSnapshot, openingFor, readListQuery, snapshotFor } from '#lib/web/events/snapshot.server.ts';
import { snapshotSchema } from '#lib/web/server/api-schema.ts';
import type { SpendAccess } from '#lib/web/videos/view.ts';
import { ownVideoService } from '../../fixtures/records/own-video-service.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const NAMES = ['limit', 'cursor', 'group', 'after', 'keys'] as const;
const invalid = (says: string) =>
  expect.objectContaining({ problem: 'invalid-input', message: expect.stringContaining(says) });

describe('the query of a list', () => {
  it.each([
    ['', {}],
    ['limit=1&group=saved', { limit: 1, group: 'saved' }],
    ['limit=0500&group=outside&cursor=x', { limit: 500, group: 'outside', cursor: 'x' }],
    ['after=run1.4&unheard=of', { after: 'run1.4' }],
    ['keys=a/1,b-2/c', { keys: ['a/1', 'b-2/c'] }],
  ])('%j is read', (query, expected) => {
    expect(readListQuery(new URLSearchParams(query), NAMES)).toEqual(expected);
  });

  it.each([
    ['limit=0', 'limit: must be a whole number from 1 to 500'],
    ['limit=501', 'limit: must be'],
    ['limit=1.5', 'limit: must be'],
    ['limit=', 'limit: must be'],
    ['group=mine', 'group: must be one of'],
    ['keys=', 'keys: must be at most 50 of spot/era'],
    ['keys=a/1,../x', 'keys: must be'],
    [`keys=${Array(51).fill('a/1').join()}`, 'keys: must be'],
    ['limit=1&limit=1', 'gives limit more than once'],
    [`cursor=${'x'.repeat(501)}`, 'cursor'],
  ])('%j is refused', (query, says) => {
    expect(() => readListQuery(new URLSearchParams(query), NAMES)).toThrow(invalid(says));
  });

  it('takes only the names that the endpoint has', () => {
    expect(readListQuery(new URLSearchParams('limit=x&after=run1.4'), ['after'])).toEqual({ after: 'run1.4' });
  });
});

const READER: SpendAccess = { allowed: false, reason: 'x', canLogIn: true };

/** What the videos of a server answer, by the path of the request. */
function listing() {
  const service = ownVideoService();
  const list = (path: string, headers = {}) =>
    listFor(new Request(`http://localhost:3000${path}`, { headers }), READER, service);
  return { service, list };
}

describe('a list', () => {
  const ofCatalogue = videoRecord({ spotId: 'eiffel-tower', eraId: '1900' });
  const outside = videoRecord({ spotId: 'my-own', eraId: 'place', status: 'failed', error: 'x' });

  it('is of everything, in a page by the size that was asked for, or of what a page begins with', async () => {
    videoShelf().record(ofCatalogue, outside);
    const { service, list } = listing();
    const keys = async (path: string) => (await list(path)).videos.map(({ key }) => key);
    expect(await keys('/api/videos')).toEqual(snapshotFor(READER, service).videos.map(({ key }) => key));
    expect(await keys('/api/videos')).toContain('my-own/place');
    expect(await keys('/api/videos?limit=3')).toHaveLength(3);
    expect(await keys('/api/videos?group=outside')).toEqual(['my-own/place']);
    const opening = openingFor(READER, service).videos.map(({ key }) => key);
    expect(opening).toContain('eiffel-tower/1900');
    expect(opening).not.toContain('my-own/place');
  });

  it('of what has changed since an event that nobody knows is what a page begins with', async () => {
    videoShelf().record(ofCatalogue);
    const { service, list } = listing();
    const changes = await list('/api/videos?after=unheard.1');
    expect(changes.after).toBeUndefined();
    expect(changes.videos).toEqual(openingFor(READER, service).videos);
    const none = await list('/api/videos', { 'last-event-id': changes.eventId });
    expect(none).toMatchObject({ videos: [], after: changes.eventId });
  });

  it('is of some videos by their keys, without those that there are not', async () => {
    videoShelf().record(ofCatalogue, outside);
    const { service, list } = listing();
    await list('/api/videos?limit=1');
    const empty = openingFor(READER, service).videos.find(({ state }) => state === 'none')?.key;
    const { videos } = await list(`/api/videos?keys=my-own/place,none/none,${empty},eiffel-tower/1900`);
    expect(empty).toBeDefined();
    expect(videos.map(({ key }) => key)).toEqual(['my-own/place', empty, 'eiffel-tower/1900']);
  });

  it.each(['after=run1.4&limit=3', 'keys=a/1&limit=3', 'keys=a/1&after=run1.4'])(
    'is one or the other: %s',
    async (query) => {
      videoShelf();
      await expect(listing().list(`/api/videos?${query}`)).rejects.toEqual(invalid('either after, or keys'));
    },
  );

  it('of a page that has nothing to show is one that the API promises', () => {
    expect(snapshotSchema.parse(noSnapshot())).toMatchObject({ videos: [], access: { allowed: false } });
  });
});
