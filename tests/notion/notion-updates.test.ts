import { describe, expect, it } from 'vitest';
import { createNotionUpdates } from '#lib/notion/index.ts';
import { notionWorld } from '../fixtures/notion-world.ts';

const FILM = 'https://app.example/generated-videos/b/video_1_V1.mp4';
const MINUTE_MS = 60_000;

describe('an update', () => {
  it('is on record when the call resolves, and on the page soon after', async () => {
    const { notion, updates, flush, store, events } = await notionWorld();
    const pageId = notion.createPage('Harbour');
    await updates.queueUpdate(pageId, {
      status: 'Completed',
      videoUrl: FILM,
      thumbnailUrl: `${FILM}.webp`,
      error: null,
    });
    expect(store.listSync()).toMatchObject([{ pageId, waiting: { status: { value: 'Completed' } } }]);
    await flush();
    expect(notion.page(pageId).values).toEqual({
      ...{ Name: 'Harbour', Status: 'Completed', 'Video URL': FILM, 'Thumbnail URL': `${FILM}.webp`, Error: '' },
    });
    expect(await updates.list()).toEqual([]);
    expect(events).toMatchObject([
      { kind: 'delivered', pageId, fields: ['status', 'videoUrl', 'thumbnailUrl', 'error'] },
    ]);
  });
});

describe('without a token', () => {
  it('nothing is kept or sent', async () => {
    const { notion, store, clock } = await notionWorld();
    const pageId = notion.createPage();
    const updates = createNotionUpdates({ token: '', store, clock });
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await updates.logVideoError(pageId, 'download_failed', 'x');
    updates.start();
    await updates.flush();
    expect([await updates.list(), await updates.retry(), await updates.drop(pageId)]).toEqual([[], 0, false]);
    await updates.stop();
    expect(store.listSync()).toEqual([]);
    expect(notion.requests()).toEqual([]);
  });
});

describe('a page in the trash', () => {
  it('is set aside with its link, the others go on, and its update comes once it is restored', async () => {
    const { notion, updates, flush, pass, events } = await notionWorld();
    const [one, two, three] = [notion.createPage(), notion.createPage(), notion.createPage()];
    notion.setInTrash(two, true);
    for (const pageId of [one, two, three]) await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    expect(notion.pages().map(({ values }) => values.Status)).toEqual(['Completed', null, 'Completed']);
    expect(await updates.list()).toMatchObject([{ pageId: two, setAside: expect.stringMatching(/trash.*Restore/) }]);
    await pass(60 * MINUTE_MS);
    const asides = events.filter(({ kind }) => kind === 'set-aside');
    expect(asides).toEqual([expect.objectContaining({ pageId: two, url: notion.page(two).url })]);
    expect(notion.page(two).isInTrash).toBe(true);
    notion.setInTrash(two, false);
    await pass(6 * 60 * MINUTE_MS);
    expect(notion.page(two).values.Status).toBe('Completed');
    expect(await updates.list()).toEqual([]);
  });
});
