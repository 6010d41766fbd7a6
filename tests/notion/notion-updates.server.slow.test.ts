import { describe, expect, it } from 'vitest';
import { createNotionUpdates } from '#lib/notion/index.ts';
import { notionWorld } from '../fixtures/notion/world.ts';

const FILM = 'https://app.example/generated-videos/b/video_1_V1.mp4';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

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

  it('leaves alone what it does not name, and null and an empty text clear', async () => {
    const { notion, updates, flush } = await notionWorld();
    const pageId = notion.createPage();
    await updates.queueUpdate(pageId, { status: 'Failed', videoUrl: FILM, thumbnailUrl: FILM, error: 'x' });
    await flush();
    await updates.queueUpdate(pageId, { status: undefined, videoUrl: null, thumbnailUrl: '', error: '' });
    await flush();
    expect(notion.page(pageId).values).toMatchObject({
      ...{ Status: 'Failed', 'Video URL': null, 'Thumbnail URL': null, Error: '' },
    });
  });

  it('that is newer replaces an older one of the same property only', async () => {
    const { notion, updates, flush, pass, store } = await notionWorld();
    const pageId = notion.createPage();
    notion.script({ fault: 'refuse-503' });
    await updates.queueUpdate(pageId, { status: 'Downloading', error: 'a' });
    await flush();
    await updates.queueUpdate(pageId.replaceAll('-', '').toUpperCase(), { status: 'Completed', videoUrl: FILM });
    expect(store.listSync()).toHaveLength(1);
    expect(await updates.list()).toMatchObject([{ waiting: { status: 'Completed', error: 'a', videoUrl: FILM } }]);
    await pass(5000);
    expect(notion.writes()).toHaveLength(1);
    expect(notion.page(pageId).values).toMatchObject({ Status: 'Completed', Error: 'a', 'Video URL': FILM });
  });

  it('that comes while an older one is on its way is delivered after it', async () => {
    const { notion, updates, flush, clock } = await notionWorld();
    const pageId = notion.createPage();
    notion.script({ fault: 'slow-answer', delayMs: 1000, on: 'write' });
    await updates.queueUpdate(pageId, { status: 'Downloading' });
    while (!notion.requests().some(({ method }) => method === 'PATCH'))
      await new Promise((resolve) => setImmediate(resolve));
    await updates.queueUpdate(pageId, { status: 'Completed' });
    const done = flush();
    await clock.advance(1000);
    await done;
    expect(notion.page(pageId).values.Status).toBe('Completed');
    expect(notion.writes()).toHaveLength(2);
  });

  it('without any value records nothing', async () => {
    const { notion, updates, flush, store } = await notionWorld();
    await updates.queueUpdate(notion.createPage(), { status: undefined });
    await flush();
    expect(store.listSync()).toEqual([]);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['no page id', ' ', { status: 'x' }],
    ['a page id that is none', JSON.parse('7'), { status: 'x' }],
    ['an object', 'p', { status: {} }],
    ['not a number', 'p', { length: Number.NaN }],
    ['not a date', 'p', { at: new Date(Number.NaN) }],
    ['a field without a name', 'p', { '': 'x' }],
  ])('with %s is refused', async (_what, pageId, update) => {
    const { updates, store } = await notionWorld();
    const given: Parameters<typeof updates.queueUpdate>[1] = JSON.parse('{}');
    Object.assign(given, update);
    await expect(updates.queueUpdate(pageId, given)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(store.listSync()).toEqual([]);
  });
});

describe('logVideoError', () => {
  it('writes kind, message and details without secrets, and nothing else', async () => {
    const { notion, updates, flush, store } = await notionWorld();
    const pageId = notion.createPage();
    await updates.logVideoError(pageId, 'download_failed', 'GET https://e.com/a?sig=abcdefgh1 failed', {
      soraVideoId: 'video_1',
    });
    expect(JSON.stringify(store.listSync())).not.toContain('abcdefgh1');
    await flush();
    expect(notion.page(pageId).values).toMatchObject({
      ...{ Error: 'download_failed: GET https://e.com/a?… failed (soraVideoId: video_1)', Status: null },
    });
  });

  it.each([
    ['an emoji across the limit', `${'x'.repeat(1999)}😀`, 'x'.repeat(1999)],
    ['half a character', 'a\ud83d', 'a\ufffd'],
    ['NUL', 'a\0b', 'a\ufffdb'],
  ])('and an error text with %s is accepted', async (_what, error, written) => {
    const { notion, updates, flush } = await notionWorld();
    const pageId = notion.createPage();
    await updates.queueUpdate(pageId, { error });
    await flush();
    expect(notion.page(pageId).values.Error).toBe(written);
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
    await pass(HOUR_MS);
    const asides = events.filter(({ kind }) => kind === 'set-aside');
    expect(asides).toEqual([expect.objectContaining({ pageId: two, url: notion.page(two).url })]);
    expect(notion.page(two).isInTrash).toBe(true);
    notion.setInTrash(two, false);
    await pass(6 * HOUR_MS);
    expect(notion.page(two).values.Status).toBe('Completed');
    expect(await updates.list()).toEqual([]);
  });

  it.each<[string, (world: Awaited<ReturnType<typeof notionWorld>>, pageId: string) => Promise<unknown>]>([
    ['retry', ({ updates }, pageId) => updates.retry(pageId)],
    ['a newer update', ({ updates }, pageId) => updates.queueUpdate(pageId, { error: 'x' })],
    ['the next process', async ({ another, updates }) => updates.stop().then(() => another().flush())],
  ])('is looked at again at once by %s', async (_what, act) => {
    const world = await notionWorld();
    const { notion, updates, flush } = world;
    const pageId = notion.createPage();
    notion.setInTrash(pageId, true);
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    notion.setInTrash(pageId, false);
    await act(world, pageId);
    await flush();
    expect(notion.page(pageId).values.Status).toBe('Completed');
  });

  it('can be forgotten', async () => {
    const { notion, updates, flush } = await notionWorld();
    const pageId = notion.createPage();
    notion.setInTrash(pageId, true);
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    expect(await updates.drop(pageId)).toBe(true);
    expect(await updates.drop(pageId)).toBe(false);
    expect(await updates.list()).toEqual([]);
  });

  it('is one of several kinds: not shared, or made up', async () => {
    const { notion, updates, flush } = await notionWorld();
    const hidden = notion.createPage();
    notion.setShared(hidden, false);
    await updates.queueUpdate(hidden, { status: 'Completed' });
    await updates.queueUpdate('made up', { status: 'Completed' });
    await flush();
    const setAside = expect.stringMatching(/does not show the page.*Could not find page/);
    expect(await updates.list()).toMatchObject([{ setAside }, { setAside }]);
  });
});

describe('a property', () => {
  it('that was renamed goes on working, also in the next process', async () => {
    const { notion, updates, flush, another } = await notionWorld();
    const [one, two, three] = [notion.createPage(), notion.createPage(), notion.createPage()];
    await updates.queueUpdate(one, { videoUrl: FILM });
    await flush();
    notion.renameProperty('Video URL', 'Film');
    await updates.queueUpdate(two, { videoUrl: FILM });
    await flush();
    await updates.stop();
    const next = another();
    await next.queueUpdate(three, { videoUrl: FILM });
    await next.flush();
    expect(notion.pages().map(({ values }) => values.Film)).toEqual([FILM, FILM, FILM]);
  });

  it.each<[string, (notion: Awaited<ReturnType<typeof notionWorld>>['notion']) => void, string, RegExp]>([
    ['is gone', (notion) => notion.removeProperty('Error'), 'error', /no property "Error".*"Status" \(status\)/],
    [
      'has another type',
      (notion) => notion.setProperty('Status', 'rich_text'),
      'status',
      /type rich_text, not status or select/,
    ],
    [
      'lacks the option',
      (notion) => notion.setProperty('Status', 'status', ['Not started', 'Done']),
      'status',
      /no option "Completed". It has: "Not started", "Done"/,
    ],
    [
      'is a select without the option',
      (notion) => notion.setProperty('Status', 'select', ['Done']),
      'status',
      /no option "Completed"/,
    ],
  ])('that %s costs only itself and is named once', async (_what, spoil, field, reason) => {
    const { notion, updates, flush, pass, events } = await notionWorld();
    const [before, after] = [notion.createPage(), notion.createPage()];
    const update = { status: 'Completed', videoUrl: FILM, error: 'x' };
    await updates.queueUpdate(before, update);
    await flush();
    spoil(notion);
    const options = notion.page(after).values.Status === undefined ? [] : notion.optionsOf('Status');
    await updates.queueUpdate(after, update);
    await flush();
    await pass(HOUR_MS);
    expect(notion.page(after).values['Video URL']).toBe(FILM);
    expect(await updates.list()).toMatchObject([
      { pageId: after, problems: [{ field, reason: expect.stringMatching(reason) }] },
    ]);
    expect(events.filter(({ kind }) => kind === 'property-problem')).toHaveLength(1);
    // The schema is a person's.
    if (options.length > 0) expect(notion.optionsOf('Status')).toEqual(options);
    expect(notion.requests().every(({ method, path }) => method === 'GET' || path.startsWith('pages/'))).toBe(true);
  });

  it('that is put right is written then', async () => {
    const { notion, updates, flush, pass } = await notionWorld();
    const pageId = notion.createPage();
    notion.setProperty('Status', 'status', ['Done']);
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    expect(notion.page(pageId).values.Status).toBeNull();
    notion.setProperty('Status', 'status', ['Done', 'Completed']);
    await pass(6000);
    await updates.retry();
    await flush();
    expect(notion.page(pageId).values.Status).toBe('Completed');
  });

  it('that went wrong since it was read is noticed by the refusal', async () => {
    const { notion, updates, flush } = await notionWorld();
    const [one, two] = [notion.createPage(), notion.createPage()];
    await updates.queueUpdate(one, { status: 'Completed', videoUrl: FILM });
    await flush();
    notion.removeProperty('Status');
    await updates.queueUpdate(two, { status: 'Completed', videoUrl: FILM });
    await flush();
    expect(notion.page(two).values['Video URL']).toBe(FILM);
    expect(await updates.list()).toMatchObject([{ problems: [{ property: 'Status' }] }]);
  });

  it('can be of any kind that the options name', async () => {
    const { notion, updates, flush } = await notionWorld({
      properties: {
        status: { name: 'State', options: { Completed: 'Done' } },
        videoUrl: { name: 'Film', type: 'files' },
        thumbnailUrl: false,
        error: { name: 'Name', type: 'title' },
        isReady: { name: 'Ready', checkedWhen: ['Completed'] },
        seconds: 'Length',
        finishedAt: 'Finished',
      },
    });
    for (const [name, type, options] of [
      ['State', 'multi_select', ['Done']],
      ['Film', 'files', []],
      ['Ready', 'checkbox', []],
      ['Length', 'number', []],
      ['Finished', 'date', []],
    ] as const) {
      notion.setProperty(name, type, options);
    }
    notion.setProperty('State', 'select', ['Done']);
    const pageId = notion.createPage();
    const finishedAt = new Date('2026-11-21T10:00:00Z');
    await updates.queueUpdate(pageId, {
      ...{ status: 'Completed', videoUrl: FILM, thumbnailUrl: FILM, error: 'none' },
      ...{ isReady: 'Completed', seconds: 5.5, finishedAt },
    });
    await flush();
    expect(await updates.list()).toEqual([]);
    expect(notion.page(pageId).values).toMatchObject({
      ...{ State: 'Done', Film: [FILM], Name: 'none', Ready: true, Length: 5.5, Finished: finishedAt.toISOString() },
      'Thumbnail URL': null,
    });
  });

  it('of an update is kept for a process that has no options', async () => {
    const { notion, updates, another } = await notionWorld({ properties: { videoUrl: 'Film' } });
    notion.setProperty('Film', 'url');
    const pageId = notion.createPage();
    notion.script({ fault: 'refuse-503' });
    await updates.queueUpdate(pageId, { videoUrl: FILM });
    await updates.flush();
    await updates.stop();
    const plain = another({ properties: undefined });
    await plain.retry();
    await plain.flush();
    expect(notion.page(pageId).values).toMatchObject({ Film: FILM, 'Video URL': null });
  });
});

describe('a link that is too long', () => {
  it('is refused with a reason before it is sent, and the status arrives', async () => {
    const { notion, updates, flush } = await notionWorld();
    const pageId = notion.createPage();
    await updates.queueUpdate(pageId, { status: 'Downloading', videoUrl: `https://e.com/?sig=${'x'.repeat(2500)}` });
    await flush();
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    expect(notion.page(pageId).values).toMatchObject({ Status: 'Completed', 'Video URL': null });
    const [page] = await updates.list();
    expect(page?.problems).toMatchObject([{ field: 'videoUrl', reason: expect.stringMatching(/at most 2000/) }]);
    expect(notion.writes().every(({ properties }) => JSON.stringify(properties).length < 2000)).toBe(true);
    await updates.queueUpdate(pageId, { videoUrl: FILM });
    await flush();
    expect(await updates.list()).toEqual([]);
  });
});

describe('two processes', () => {
  it('send every update of a batch once, and the newest last', async () => {
    const { notion, updates, another } = await notionWorld({}, { notionRequestsPerMinute: 10_000 });
    const other = another();
    const pages = Array.from({ length: 20 }, () => notion.createPage());
    const both = [updates, other];
    await Promise.all(pages.map((pageId, index) => both[index % 2]?.queueUpdate(pageId, { status: 'Completed' })));
    await Promise.all(both.map((one) => one.flush()));
    await Promise.all(both.map((one) => one.flush()));
    expect(
      notion
        .writes()
        .map(({ pageId }) => pageId)
        .toSorted(),
    ).toEqual(pages.toSorted());
    expect(await other.list()).toEqual([]);
  });
});

describe('records that cannot be written', () => {
  it('reject the update, and the delivery goes on when they can', async () => {
    const { notion, updates, store, flush, pass, events } = await notionWorld();
    const pageId = notion.createPage();
    await updates.queueUpdate(pageId, { status: 'Downloading' });
    await flush();
    const { update, find } = store;
    const broken = () => {
      throw new Error('disk');
    };
    Object.assign(store, { update: async () => broken(), find: broken });
    await expect(updates.queueUpdate(pageId, { status: 'Completed' })).rejects.toThrow('disk');
    await flush();
    Object.assign(store, { update, find });
    expect(events).toContainEqual({ kind: 'store-failure', error: expect.objectContaining({ message: 'disk' }) });
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await pass(10_000);
    expect(notion.page(pageId).values.Status).toBe('Completed');
  });
});
