import { describe, expect, it, onTestFinished } from 'vitest';
import { startReelkeep, stopReelkeep, videoEvents } from '#lib/web/index.ts';
import { type Shelf, videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const BYTES = Uint8Array.of(1, 2, 3);

function started(shelf: Shelf = videoShelf()) {
  shelf.record(videoRecord({ spotId: 'my-own', eraId: 'now', status: 'ready', ...shelf.put('my-own-now.mp4', BYTES) }));
  startReelkeep({ spots: [] });
  onTestFinished(() => stopReelkeep());
  return shelf;
}

interface Got {
  event: string;
  id?: string | undefined;
  data: Record<string, unknown>;
}

/** Listens as `EventSource` does, with the headers and the signal given. */
async function listen(init: RequestInit = {}, path = '/api/events') {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await videoEvents(new Request(`http://localhost${path}`, { signal: leaving.signal, ...init }));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (wanted: string): Promise<Got> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error('the stream is over');
        text += value;
        continue;
      }
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const event = field('event') ?? '';
      if (event === wanted) return { event, id: field('id'), data: JSON.parse(field('data') ?? '{}') };
    }
  };
  return { response, next, leave: () => leaving.abort(), isOver: async () => (await reader?.read())?.done };
}

describe('events', () => {
  it('begin with every video on record, for a page of the same site too', async () => {
    started();
    const { response, next } = await listen({ headers: { 'sec-fetch-site': 'same-origin' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const { data } = await next('snapshot');
    expect(data).toMatchObject({
      videos: [{ key: 'my-own/now', state: 'ready', src: expect.stringMatching(/^\/videos\/my-own-now\.mp4\?v=/) }],
      access: { allowed: false, canLogIn: false },
    });
    await next('beat');
  });

  it('tell what a listener missed while it was away, and nothing twice', async () => {
    const shelf = started();
    const first = await listen();
    const { id = '' } = await first.next('snapshot');
    first.leave();
    shelf.record(...shelf.stored(), videoRecord({ spotId: 'other', eraId: 'now', status: 'failed', error: 'x' }));
    const second = await listen({ headers: { 'last-event-id': id } });
    const { data } = await second.next('video');
    expect(data).toMatchObject({ key: 'other/now', state: 'failed' });
    await expect(
      listen({ headers: { 'last-event-id': 'unheard.5' } }).then(({ next }) => next('snapshot')),
    ).resolves.toBeDefined();
  });

  it('list the places of the app first, also without a video', async () => {
    videoShelf().record();
    const harbour = { id: 'harbour', name: 'Harbour', eras: [{ id: '1900', name: 'Then' }] };
    startReelkeep({ spots: [harbour] });
    onTestFinished(() => stopReelkeep());
    const { next } = await listen();
    expect((await next('snapshot')).data.videos).toMatchObject([{ key: 'harbour/1900', state: 'none' }]);
  });

  it('end with the request, and with the server', async () => {
    started();
    const leaving = new AbortController();
    const one = await listen({ signal: leaving.signal });
    const other = await listen();
    await Promise.all([one.next('beat'), other.next('beat')]);
    leaving.abort();
    expect(await one.isOver()).toBe(true);
    await stopReelkeep();
    await expect(other.next('never')).rejects.toThrow('the stream is over');
    const late = await listen({ signal: AbortSignal.abort() });
    await expect(late.next('never')).rejects.toThrow('the stream is over');
  });

  it('are not sent for HEAD, and not for POST', async () => {
    started();
    const head = await videoEvents(new Request('http://localhost/api/events', { method: 'HEAD' }));
    expect([head.status, head.body]).toEqual([200, null]);
    const post = await videoEvents(new Request('http://localhost/api/events', { method: 'POST' }));
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('that cannot be told are a problem document', async () => {
    const shelf = started();
    shelf.record(videoRecord({ spotId: 'No Slug' }));
    const response = await videoEvents(new Request('http://localhost/api/events'));
    expect([response.status, (await response.json()).code]).toEqual([500, 'store-corrupt']);
    const twice = await videoEvents(new Request('http://localhost/api/events?after=a&after=b'));
    expect(twice.status).toBe(400);
  });
});
