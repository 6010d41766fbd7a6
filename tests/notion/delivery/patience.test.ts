import { describe, expect, it } from 'vitest';
import type { NotionFault } from '#lib/sandbox/index.ts';
import { notionWorld } from '../../fixtures/notion/world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const writesOf = (requests: ReadonlyArray<{ method: string }>) =>
  requests.filter(({ method }) => method === 'PATCH').length;

describe('a failure that passes', () => {
  it.each<NotionFault['fault']>(['refuse-409', 'refuse-500', 'refuse-502', 'refuse-503', 'refuse-504', 'drop-answer'])(
    '%s is repeated',
    async (fault) => {
      const { notion, updates, flush, pass } = await notionWorld();
      const pageId = notion.createPage();
      notion.script({ fault, on: 'write', times: 2 });
      await updates.queueUpdate(pageId, { status: 'Completed' });
      await flush();
      expect(await updates.list()).toMatchObject([{ pageId, attempts: 1, lastFailure: expect.any(String) }]);
      await pass(10_000);
      await pass(10_000);
      expect(notion.page(pageId).values.Status).toBe('Completed');
      expect(writesOf(notion.requests())).toBe(3);
      expect(await updates.list()).toEqual([]);
    },
  );

  it('an answer that was lost is asked for again, and changes nothing more', async () => {
    const { notion, updates, flush, pass } = await notionWorld();
    const pageId = notion.createPage();
    notion.script({ fault: 'lost-answer', on: 'write' });
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    await pass(10_000);
    expect(notion.page(pageId).values.Status).toBe('Completed');
    expect(await updates.list()).toEqual([]);
  });

  it('of one page holds up no other, and is tried less and less often', async () => {
    const { notion, updates, flush, pass } = await notionWorld();
    const [bad, good] = [notion.createPage(), notion.createPage()];
    notion.script({ fault: 'refuse-409', on: 'write', pageId: bad, times: 'always' });
    await updates.queueUpdate(bad, { status: 'Completed' });
    await updates.queueUpdate(good, { status: 'Completed' });
    await flush();
    expect(notion.page(good).values.Status).toBe('Completed');
    const before = writesOf(notion.requests());
    for (let minute = 0; minute < 60; minute += 1) await pass(MINUTE_MS);
    const tried = writesOf(notion.requests()) - before;
    expect(tried).toBeGreaterThan(10);
    expect(tried).toBeLessThan(40);
    expect(await updates.list()).toMatchObject([
      { pageId: bad, waiting: { status: 'Completed' }, setAside: undefined },
    ]);
  });

  it('is not hurried by newer updates, of which the newest value is delivered', async () => {
    const { notion, updates, flush, pass } = await notionWorld();
    const pageId = notion.createPage();
    notion.script({ fault: 'refuse-500', on: 'write', times: 5 });
    for (const status of ['Queued', 'Downloading', 'Failed', 'Completed']) {
      await updates.queueUpdate(pageId, { status });
      await flush();
    }
    expect(writesOf(notion.requests())).toBe(1);
    for (let minute = 0; minute < 5; minute += 1) await pass(MINUTE_MS);
    expect(notion.page(pageId).values.Status).toBe('Completed');
    expect(notion.writes()).toHaveLength(1);
  });
});

describe('a limit of Notion', () => {
  it.each([
    ['of the connection', { fault: 'refuse-429', retryAfterSeconds: 30 }, 30_000],
    [
      'of the workspace',
      { fault: 'refuse-429', retryAfterSeconds: 300, reason: 'public_api_space_request_rate_limit' },
      300_000,
    ],
    ['by overload', { fault: 'refuse-529', retryAfterSeconds: 90 }, 90_000],
  ] as const)('%s stops every request until Retry-After is over', async (_what, fault, waitMs) => {
    const { notion, updates, flush, pass, events } = await notionWorld();
    const [one, two] = [notion.createPage(), notion.createPage()];
    notion.script({ ...fault, on: 'write' });
    await updates.queueUpdate(one, { status: 'Completed' });
    await updates.queueUpdate(two, { status: 'Completed' });
    await flush();
    const before = notion.requests().length;
    await pass(waitMs - 1000);
    expect(notion.requests()).toHaveLength(before);
    await pass(2000);
    expect([one, two].map((id) => notion.page(id).values.Status)).toEqual(['Completed', 'Completed']);
    expect(events.filter(({ kind }) => kind === 'waiting')).toHaveLength(1);
  });

  it('is respected by the next process, too', async () => {
    const { notion, updates, flush, pass, another } = await notionWorld();
    const [one, two] = [notion.createPage(), notion.createPage()];
    notion.script({ fault: 'refuse-429', retryAfterSeconds: 600 });
    await updates.queueUpdate(one, { status: 'Completed' });
    await flush();
    await updates.stop();
    const before = notion.requests().length;
    const next = another();
    await next.queueUpdate(two, { status: 'Completed' });
    await next.flush();
    await pass(500_000);
    expect(notion.requests()).toHaveLength(before);
    await pass(101_000);
    await next.flush();
    expect([one, two].map((id) => notion.page(id).values.Status)).toEqual(['Completed', 'Completed']);
  });

  it('that names no time, or an absurd one, is asked about again within an hour', async () => {
    const { notion, updates, flush, pass } = await notionWorld();
    const pageId = notion.createPage();
    notion.script({ fault: 'refuse-429' });
    notion.script({ fault: 'refuse-429', retryAfterSeconds: 999_999_999 });
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    await pass(2000);
    await pass(HOUR_MS);
    expect(notion.page(pageId).values.Status).toBe('Completed');
  });

  it('is kept to without being told: about three requests a second', async () => {
    const { notion, updates, clock, flush } = await notionWorld({ requestsPerSecond: 3 });
    const pages = Array.from({ length: 4 }, () => notion.createPage());
    for (const pageId of pages) await updates.queueUpdate(pageId, { status: 'Completed' });
    const done = flush();
    let seconds = 0;
    while (notion.writes().length < pages.length) {
      await clock.somebodyWaits();
      await clock.advance(1000);
      seconds += 1;
      expect(notion.requests().length).toBeLessThanOrEqual(3 * seconds + 1);
    }
    await done;
  });
});

describe('a token that is rejected', () => {
  it('drops nothing, is tried every few minutes, and the next process with a good one delivers at once', async () => {
    const { notion, updates, clock, another, store } = await notionWorld({}, { notionToken: 'ntn_right' });
    const wrong = another({ token: 'ntn_wrong' });
    const pageId = notion.createPage();
    await wrong.queueUpdate(pageId, { status: 'Completed' });
    await wrong.flush();
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(MINUTE_MS);
      await wrong.flush();
    }
    expect(notion.requests().length).toBeLessThan(20);
    expect(await wrong.list()).toMatchObject([{ lastFailure: expect.stringMatching(/NOTION_TOKEN/) }]);
    expect(JSON.stringify(store.listSync())).not.toContain('ntn_wrong');
    await wrong.stop();
    await updates.flush();
    await updates.retry();
    await updates.flush();
    expect(notion.page(pageId).values.Status).toBe('Completed');
  });
});

describe('a clock', () => {
  it('that was wrong when a page was put off holds it up no longer', async () => {
    const { notion, updates, flush, clock } = await notionWorld();
    const pageId = notion.createPage();
    const now = clock.now();
    clock.set(now + 10 * 365 * 24 * HOUR_MS);
    notion.script({ fault: 'refuse-429', retryAfterSeconds: 60 });
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    await updates.stop();
    clock.set(now);
    await flush();
    expect(notion.page(pageId).values.Status).toBe('Completed');
  });
});

describe('retry', () => {
  it('does not wait for a pause of ours, but for one that Notion asked for', async () => {
    const { notion, updates, flush, pass } = await notionWorld();
    const pageId = notion.createPage();
    notion.script({ fault: 'refuse-401' });
    notion.script({ fault: 'refuse-429', retryAfterSeconds: 60 });
    await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    for (let times = 0; times < 3; times += 1) {
      expect(await updates.retry()).toBe(1);
      await flush();
    }
    expect(notion.requests()).toHaveLength(2);
    await pass(61_000);
    expect(notion.page(pageId).values.Status).toBe('Completed');
    expect(await updates.retry()).toBe(0);
  });
});

describe('stop', () => {
  it('lets the request under way finish, and leaves the rest on record', async () => {
    const { notion, updates, clock, another } = await notionWorld();
    const [one, two] = [notion.createPage(), notion.createPage()];
    notion.script({ fault: 'slow-answer', delayMs: 1000, on: 'write' });
    await updates.queueUpdate(one, { status: 'Completed' });
    await updates.queueUpdate(two, { status: 'Completed' });
    while (!notion.requests().some(({ method }) => method === 'PATCH'))
      await new Promise((resolve) => setImmediate(resolve));
    const stopped = updates.stop();
    await clock.advance(1000);
    await stopped;
    expect([one, two].map((id) => notion.page(id).values.Status)).toEqual(['Completed', null]);
    const next = another();
    await next.flush();
    expect(notion.page(two).values.Status).toBe('Completed');
    expect(notion.writes()).toHaveLength(2);
  });

  it('gives up an answer that takes too long, and the next process writes it', async () => {
    const { notion, updates, clock, another } = await notionWorld();
    const pageId = notion.createPage();
    notion.script({ fault: 'slow-answer', delayMs: HOUR_MS, on: 'read' });
    await updates.queueUpdate(pageId, { status: 'Completed' });
    while (notion.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
    const stopped = updates.stop();
    await clock.advance(2000);
    await stopped;
    const next = another();
    await next.flush();
    expect(notion.page(pageId).values.Status).toBe('Completed');
  });
});
