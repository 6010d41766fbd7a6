import { callSafely } from '#lib/base/call-safely.ts';
import { readSettings } from '#lib/config.ts';
import type { NotionEvent, NotionOptions, NotionUpdates } from './options.ts';
import { Outbox } from './outbox.server.ts';
import { notionStore } from './records/update-store.server.ts';
import { targetsOf } from './values/targets.ts';
import { errorText } from './values/text.ts';

/**
 * Updates of Notion pages. Nothing happens before the first call of a method; settings that the options leave out are read
 * from the environment then.
 *
 * ```ts
 * const notion = createNotionUpdates({ properties: { videoUrl: 'Film', thumbnailUrl: false } });
 * await notion.queueUpdate(pageId, { status: 'Completed', videoUrl: 'https://example.com/film.mp4', error: null });
 * ```
 *
 * @throws ReelError `config` for `properties` that cannot be meant
 */
export function createNotionUpdates(options: NotionOptions = {}): NotionUpdates {
  const targets = targetsOf(options.properties);
  const listeners = new Set<(event: NotionEvent) => void>(options.onEvent ? [options.onEvent] : []);
  const onEvent = (event: NotionEvent) => {
    for (const listener of listeners) callSafely(listener, event);
  };
  let outbox: Outbox | undefined;
  const active = (): Outbox | undefined => {
    if (outbox) return outbox;
    const settings = readSettings();
    const token = options.token ?? settings.notionToken;
    if (!token) return undefined;
    const { store = notionStore(settings) } = options;
    outbox = new Outbox({ ...options, token, store, onEvent }, targets, settings);
    return outbox;
  };
  return {
    queueUpdate: async (pageId, update) => active()?.queue(pageId, update),
    logVideoError: async (pageId, kind, message, details) =>
      active()?.queue(pageId, { error: errorText(kind, message, details) }),
    start: () => active()?.start(),
    flush: async ({ signal } = {}) => active()?.flush(signal),
    list: async () => (await active()?.list()) ?? [],
    retry: async (pageId) => (await active()?.retry(pageId)) ?? 0,
    drop: async (pageId) => (await active()?.drop(pageId)) ?? false,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: async () => outbox?.stop(),
  };
}

const shared = new Map<string, NotionUpdates>();

/**
 * The updates of the connection that the environment names, one for each connection in this process. Without
 * `NOTION_TOKEN` its methods do nothing.
 */
export function sharedNotionUpdates(): NotionUpdates {
  const { notionToken, notionBaseUrl, metadataPath, database } = readSettings();
  const key = JSON.stringify([notionToken, notionBaseUrl, metadataPath, database]);
  const known = shared.get(key) ?? createNotionUpdates();
  shared.set(key, known);
  return known;
}
