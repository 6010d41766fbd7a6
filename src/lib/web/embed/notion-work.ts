import type { NotionEvent, NotionUpdates } from '#lib/notion/index.ts';
import type { ServerLog } from '#lib/web/http/server-log.server.ts';

/** Delivers the updates of Notion pages for as long as the server runs, and reports them to its log. */
export class NotionWork {
  readonly #open: () => NotionUpdates;
  #running: { updates: NotionUpdates; unsubscribe: () => void } | undefined;

  /** @param open may throw for wrong settings */
  constructor(open: () => NotionUpdates) {
    this.#open = open;
  }

  /** Never throws: a wrong setting of this part must not stop the server. Does nothing while it is running. */
  start(log: ServerLog): void {
    if (this.#running) return;
    try {
      const updates = this.#open();
      this.#running = { updates, unsubscribe: updates.subscribe((event) => report(event, log)) };
      updates.start();
    } catch (error) {
      log.error({ err: error }, 'Notion pages are not updated');
    }
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.updates.stop();
    running?.unsubscribe();
  }
}

interface LogLine {
  level: 'debug' | 'warn' | 'error';
  facts: object;
  message: string;
}

function report(event: NotionEvent, log: ServerLog): void {
  const { level, facts, message } = lineOf(event);
  log[level](facts, message);
}

function lineOf(event: NotionEvent): LogLine {
  switch (event.kind) {
    case 'delivered':
      return { level: 'debug', facts: { page: event.url, fields: event.fields }, message: 'Notion page updated' };
    case 'waiting': {
      const { pageId, reason, nextTryAt } = event;
      const facts = { pageId, reason, nextTryAt: nextTryAt.toISOString() };
      return { level: 'warn', facts, message: 'Notion page not updated yet' };
    }
    case 'property-problem': {
      const { property, reason } = event.problem;
      const facts = { page: event.url, property, reason };
      return { level: 'warn', facts, message: 'a property of a Notion page cannot be written' };
    }
    case 'set-aside':
      return { level: 'warn', facts: { page: event.url, reason: event.reason }, message: 'Notion page set aside' };
    case 'store-failure': {
      const message = 'the updates of Notion pages cannot be read or written';
      return { level: 'error', facts: { err: event.error }, message };
    }
  }
}
