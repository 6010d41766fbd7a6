import { abortError, backgroundClock, type Clock, holdingProcess, throwIfAborted } from '#lib/base/clock.ts';
import { undiciDispatcher } from '#lib/base/network/undici-dispatcher.server.ts';
import type { readSettings } from '#lib/config.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { Catalogue } from './api/catalogue.server.ts';
import { NotionConnection } from './api/connection.server.ts';
import { Courier } from './delivery/courier.server.ts';
import { createPace, Pauses } from './delivery/pauses.ts';
import type { NotionOptions, NotionPageUpdate, NotionUpdate } from './options.ts';
import { PageRecords } from './records/page-records.server.ts';
import { linkOf, type NotionRecord, type PageRecord, withValues } from './records/record.ts';
import type { Targets } from './values/targets.ts';
import { checkedPageId, valuesOf } from './values/update-values.ts';

const DEFAULTS = { requestsPerSecond: 3, requestTimeoutMs: 30_000 };
/** How long `stop` waits for an answer before it gives the request up. */
const STOP_GRACE_MS = 2000;

type Settings = ReturnType<typeof readSettings>;

/** A courier at work, and what ends its requests and the waits before them. */
interface Running {
  courier: Courier;
  pauses: Pauses;
  sending: AbortController;
  pacing: AbortController;
}

/** What is set for one connection. */
export type OutboxOptions = NotionOptions & { token: string; store: RecordStore<NotionRecord> };

/** The updates of one connection: recorded at once, delivered by a courier. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #targets: Targets;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #store: RecordStore<NotionRecord>;
  readonly #records: PageRecords;
  #running: Running | undefined;

  constructor(options: OutboxOptions, targets: Targets, settings: Settings) {
    this.#options = options;
    this.#targets = targets;
    this.#settings = settings;
    this.#clock = options.clock ?? backgroundClock;
    this.#store = options.store;
    this.#records = new PageRecords(this.#store, this.#clock);
  }

  async queue(pageId: string, update: NotionUpdate): Promise<void> {
    const id = checkedPageId(pageId);
    const values = valuesOf(update, this.#targets);
    if (Object.keys(values).length > 0) {
      const nowMs = this.#clock.now();
      await this.#records.change(id, (current) => withValues(current, { pageId: id, values, nowMs }));
    }
    this.start();
    this.#running?.courier.wake();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async flush(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    this.start();
    const idle = this.#running?.courier.whenIdle() ?? Promise.resolve();
    await holdingProcess(Promise.race([idle, ...(signal ? [rejectionOf(signal)] : [])]));
  }

  async list(): Promise<NotionPageUpdate[]> {
    return (await this.#records.list()).map(viewOf);
  }

  async retry(pageId?: string): Promise<number> {
    const ids = pageId === undefined ? (await this.#records.list()).map((record) => record.pageId) : [pageId];
    const now = new Date(this.#clock.now()).toISOString();
    const found = await Promise.all(
      ids.map((id) => this.#records.change(id, (current) => current && { ...current, nextTryAt: now, attempts: 0 })),
    );
    this.start();
    this.#running?.pauses.hurry();
    this.#running?.courier.wake();
    return found.filter((record) => record !== undefined).length;
  }

  async drop(pageId: string): Promise<boolean> {
    let found = false;
    await this.#records.change(pageId, (current) => {
      found = current !== undefined;
      return undefined;
    });
    return found;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    running.pacing.abort();
    const grace = new AbortController();
    void this.#clock.wait(STOP_GRACE_MS, grace.signal).then(
      () => running.sending.abort(),
      () => {},
    );
    await running.courier.stop();
    grace.abort();
  }

  #run(): Running {
    const clock = this.#clock;
    const [sending, pacing] = [new AbortController(), new AbortController()];
    const connection = this.#connect(sending.signal, pacing.signal);
    const nowMs = () => clock.now();
    const pauses = new Pauses(clock);
    const courier = new Courier({
      records: this.#records,
      pauses,
      clock,
      delivery: {
        connection,
        catalogue: new Catalogue({ connection, store: this.#store, clock }),
        targets: this.#targets,
        nowMs,
      },
      onEvent: this.#options.onEvent,
    });
    return { courier, pauses, sending, pacing };
  }

  #connect(signal: AbortSignal, pacing: AbortSignal): NotionConnection {
    const { token, baseUrl, proxy, dispatcher, allowPlainHttp } = this.#options;
    const { requestsPerSecond = DEFAULTS.requestsPerSecond, requestTimeoutMs = DEFAULTS.requestTimeoutMs } =
      this.#options;
    return new NotionConnection({
      token,
      baseUrl: baseUrl ?? this.#settings.notionBaseUrl,
      allowPlainHttp: allowPlainHttp ?? this.#settings.allowPrivateNetwork,
      requestTimeoutMs,
      proxy: proxy ?? this.#settings.proxy,
      dispatcher: undiciDispatcher(dispatcher),
      nowMs: () => this.#clock.now(),
      pace: createPace(this.#clock, requestsPerSecond, pacing),
      signal,
    });
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(abortError(signal)), { once: true });
  });
}

function viewOf(record: PageRecord): NotionPageUpdate {
  const { pageId, waiting, setAside, failure, attempts, nextTryAt } = record;
  const entries = Object.entries(waiting);
  return {
    pageId,
    url: linkOf(record),
    waiting: Object.fromEntries(entries.map(([field, { value }]) => [field, value])),
    problems: entries.flatMap(([field, { value, problem }]) =>
      problem ? [{ field, value, ...viewOfProblem(problem) }] : [],
    ),
    setAside,
    lastFailure: failure,
    attempts,
    nextTryAt: new Date(nextTryAt),
  };
}

function viewOfProblem({ property, reason }: { property: string; reason: string }): {
  property: string;
  reason: string;
} {
  return { property, reason };
}
