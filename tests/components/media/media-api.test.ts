import { expect, it } from 'vitest';
import * as api from '#lib/components/media/media-api.ts';

/** What a call sends. */
async function sent(call: (fetcher: typeof fetch) => Promise<unknown>): Promise<string> {
  let line = '';
  await call(async (address, { method = 'GET', body } = {}) => {
    line = [method, address, ...(typeof body === 'string' ? [body] : [])].join(' ');
    return Response.json({});
  });
  return line;
}

it.each<[string, (fetcher: typeof fetch) => Promise<unknown>]>([
  ['GET /api/media', (fetcher) => api.fetchOverview(fetcher)],
  ['GET /api/media/p/items?limit=5', (fetcher) => api.fetchItems('p', { limit: 5 }, fetcher)],
  [
    'GET /api/media/p/items?limit=5&cursor=a%2Fb',
    (fetcher) => api.fetchItems('p', { limit: 5, cursor: 'a/b' }, fetcher),
  ],
  ['POST /api/media/p/items {"id":"i","name":"a"}', (fetcher) => api.addItem('p', { id: 'i', name: 'a' }, fetcher)],
  ['PUT /api/media/p/files/a%2Fb.mp4', (fetcher) => api.putFile('p', { name: 'a/b.mp4' }, new Blob(), fetcher)],
  ['PUT /api/media/p/files/a?item=i%26', (fetcher) => api.putFile('p', { id: 'i&', name: 'a' }, new Blob(), fetcher)],
  ['POST /api/media/p/items/i%2F/save', (fetcher) => api.saveItem('p', 'i/', fetcher)],
  ['POST /api/media/p/save-all', (fetcher) => api.startSaveAll('p', fetcher)],
  ['GET /api/media/p/save-all', (fetcher) => api.fetchSaveAll('p', fetcher)],
  ['DELETE /api/media/p?dryRun=1', (fetcher) => api.fetchDeletion('p', fetcher)],
  ['DELETE /api/media/p', (fetcher) => api.deleteProject('p', fetcher)],
  ['POST /api/media/p/undo-delete', (fetcher) => api.undoDeletion('p', fetcher)],
  ['POST /api/media/p/generate {"model":"m","input":{}}', (f) => api.generate('p', { model: 'm', input: {} }, f)],
  ['GET /api/media/p/jobs', (fetcher) => api.fetchJobs('p', fetcher)],
  ['GET /api/media/estimate?model=m&input=%7B%7D', (f) => api.fetchEstimate({ model: 'm', input: {} }, f)],
])('%s', async (line, call) => expect(await sent(call)).toBe(line));

it('an archive has an address of its own', () => expect(api.archiveAddress('a b')).toBe('/media/export/a%20b'));
