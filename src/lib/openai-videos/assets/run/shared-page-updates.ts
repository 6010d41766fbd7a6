import type { PageUpdates } from './page-updates.ts';

/** Notion's client, and what keeps its updates, take longer to load than all the rest. */
const loadShared = async (): Promise<PageUpdates> => (await import('#lib/notion/index.ts')).sharedNotionUpdates();

/** The updates that all parts of this app share, by its settings. Loaded when they are needed. */
export function sharedPageUpdates(): PageUpdates {
  return {
    queueUpdate: async (pageId, update) => (await loadShared()).queueUpdate(pageId, update),
    logVideoError: async (...all) => (await loadShared()).logVideoError(...all),
    // Whoever then waits for an update gets the error.
    start: () =>
      void loadShared().then(
        (updates) => updates.start?.(),
        () => {},
      ),
  };
}
