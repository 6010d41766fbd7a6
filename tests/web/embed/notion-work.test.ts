import { describe, expect, it, vi } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { NotionEvent, NotionUpdates } from '#lib/notion/index.ts';
import { NotionWork } from '#lib/web/embed/notion-work.ts';
import { notionWorld } from '../../fixtures/notion/world.ts';

const silent = () => ({ debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() });

describe('the server', () => {
  it('delivers what an earlier run left, and reports it', async () => {
    const { notion, updates, another, flush } = await notionWorld();
    const [good, trashed] = [notion.createPage(), notion.createPage()];
    notion.setInTrash(trashed, true);
    notion.script({ fault: 'refuse-503', times: 2 });
    for (const pageId of [good, trashed]) await updates.queueUpdate(pageId, { status: 'Completed' });
    await flush();
    await updates.stop();
    const log = silent();
    const next = another();
    const work = new NotionWork(() => next);
    work.start(log);
    work.start(log);
    await next.retry();
    await next.flush();
    expect(notion.page(good).values.Status).toBe('Completed');
    expect(log.debug.mock.calls).toEqual([
      [{ page: notion.page(good).url, fields: ['status'] }, 'Notion page updated'],
    ]);
    expect(log.warn.mock.calls).toEqual([
      [{ page: notion.page(trashed).url, reason: expect.stringMatching(/trash/) }, 'Notion page set aside'],
    ]);
    await work.stop();
  });

  it('starts although the settings are wrong', async () => {
    const log = silent();
    const work = new NotionWork(() => {
      throw new ReelError('config', 'NOTION_TOKEN is wrong.');
    });
    work.start(log);
    await work.stop();
    expect(log.error).toHaveBeenCalledTimes(1);
  });

  it.each<[NotionEvent, 'debug' | 'warn' | 'error']>([
    [{ kind: 'waiting', pageId: 'p', reason: 'busy', nextTryAt: new Date(0) }, 'warn'],
    [
      {
        kind: 'property-problem',
        pageId: 'p',
        url: 'u',
        problem: { field: 'f', property: 'P', value: 1, reason: 'r' },
      },
      'warn',
    ],
    [{ kind: 'store-failure', error: new Error('disk') }, 'error'],
  ])('reports %j', async (event, level) => {
    const log = silent();
    const listeners: Array<(event: NotionEvent) => void> = [];
    const { updates } = await notionWorld();
    const subscribe: NotionUpdates['subscribe'] = (listener) => {
      listeners.push(listener);
      return () => {};
    };
    const work = new NotionWork(() => ({ ...updates, start: () => {}, subscribe }));
    work.start(log);
    for (const listener of listeners) listener(event);
    expect(log[level]).toHaveBeenCalledTimes(1);
  });
});
