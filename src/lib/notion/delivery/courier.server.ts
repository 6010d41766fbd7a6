import { callSafely } from '#lib/base/call-safely.ts';
import type { Clock } from '#lib/base/clock.ts';
import type { NotionEvent } from '#lib/notion/options.ts';
import { type Attempt, type Delays, dueMsOf, linkOf, openMsOf, type PageRecord } from '#lib/notion/records/record.ts';
import { type DeliveryTools, deliverPage, type Outcome } from './deliver-page.server.ts';
import type { Pauses } from './pauses.ts';

/** Another process may leave updates behind at any time. */
const LOOK_AGAIN_MS = 30_000;
const STORE_FAILURE_MS = 5000;

/** The pages on record; only one process at a time may write to one. */
export interface WaitingPages {
  list(): Promise<PageRecord[]>;
  /** Makes what was set aside due: somebody may have put it right. */
  reviveSetAside(): Promise<void>;
  isFree(page: PageRecord): boolean;
  /** Undefined when the page is not due, or another process has it. */
  claim(pageId: string): Promise<PageRecord | undefined>;
  /** Undefined when the page is not ours any more. */
  renew(held: PageRecord): Promise<PageRecord | undefined>;
  settle(held: PageRecord, attempt: Attempt, delays: Delays): Promise<PageRecord | undefined>;
}

export interface CourierTools {
  records: WaitingPages;
  pauses: Pauses;
  clock: Clock;
  delivery: Omit<DeliveryTools, 'renew'>;
  onEvent: ((event: NotionEvent) => void) | undefined;
}

/** Delivers what is on record, one page after the other, until it is stopped. */
export class Courier {
  readonly #tools: CourierTools;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #wake = new AbortController();
  #hasRevived = false;
  #isStoreFailing = false;
  /** Counts calls of `whenIdle`: one may come while a round has already looked. */
  #asked = 0;
  #idle: Array<{ asked: number; resolve: () => void }> = [];

  constructor(tools: CourierTools) {
    this.#tools = tools;
    this.#done = this.#run();
  }

  /** Something new is on record. */
  wake(): void {
    this.#wake.abort();
  }

  /** Resolves once a look at the records, begun after the call, has found nothing due. */
  whenIdle(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    return new Promise((resolve) => {
      this.#idle.push({ asked, resolve });
      this.wake();
    });
  }

  /** Resolves once the page under way is settled; no other is begun. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    // One turn later, so that the constructor returns first.
    await Promise.resolve();
    while (!this.#stopping.signal.aborted) {
      const asked = this.#asked;
      this.#wake = new AbortController();
      const nextMs = await this.#look().catch((error: unknown) => this.#storeFailure(error));
      if (nextMs !== undefined) await this.#restUntil(nextMs, asked);
    }
    this.#resolveIdle(Number.POSITIVE_INFINITY);
  }

  async #look(): Promise<number | undefined> {
    if (!this.#hasRevived) await this.#tools.records.reviveSetAside();
    this.#hasRevived = true;
    const nextMs = await this.#round();
    this.#isStoreFailing = false;
    return nextMs;
  }

  /** Delivers what is due; if that is nothing, says when to look again. */
  async #round(): Promise<number | undefined> {
    const { records, clock } = this.#tools;
    const pages = await records.list();
    const nowMs = clock.now();
    const openMs = Math.max(this.#tools.pauses.untilMs, ...pages.map((page) => openMsOf(page, nowMs)));
    const free = pages.filter((page) => records.isFree(page)).map((page) => ({ page, atMs: dueMsOf(page, nowMs) }));
    const due = free.filter(({ atMs }) => Math.max(openMs, atMs) <= nowMs);
    if (due.length === 0) return Math.max(openMs, Math.min(nowMs + LOOK_AGAIN_MS, ...free.map(({ atMs }) => atMs)));
    due.sort((one, other) => one.atMs - other.atMs);
    for (const { page } of due) {
      if (this.#stopping.signal.aborted || this.#tools.pauses.untilMs > clock.now()) return undefined;
      await this.#deliver(page.pageId);
    }
    return undefined;
  }

  async #deliver(pageId: string): Promise<void> {
    const { records, pauses, delivery } = this.#tools;
    const held = await records.claim(pageId);
    if (!held) return;
    const outcome = await deliverPage(held, { ...delivery, renew: () => records.renew(held) });
    const attempt = this.#attemptOf(outcome);
    const settled = await records.settle(held, attempt, pauses.delays);
    this.#report(held, attempt, settled);
  }

  #attemptOf({ error, ...outcome }: Outcome): Attempt {
    if (!error) {
      this.#tools.pauses.clear();
      return outcome;
    }
    // Stopped by us: due at once for the next process.
    if (error.code === 'aborted') {
      return { ...outcome, failure: { reason: error.message, nextTryMs: this.#tools.clock.now() } };
    }
    return { ...outcome, failure: this.#tools.pauses.note(error) };
  }

  #report(before: PageRecord, attempt: Attempt, after: PageRecord | undefined): void {
    const { pageId } = before;
    const url = linkOf({ pageId, url: attempt.url ?? before.url });
    const emit = (event: NotionEvent) => callSafely(this.#tools.onEvent, event);
    if (attempt.sent.length > 0)
      emit({ kind: 'delivered', pageId, url, fields: attempt.sent.map(({ field }) => field) });
    for (const { field, property, reason } of attempt.problems) {
      const waiting = before.waiting[field];
      if (waiting?.problem?.reason === reason) continue;
      emit({
        kind: 'property-problem',
        pageId,
        url,
        problem: { field, property, value: waiting?.value ?? null, reason },
      });
    }
    const { setAside, failure } = attempt;
    if (setAside !== undefined && setAside !== before.setAside)
      emit({ kind: 'set-aside', pageId, url, reason: setAside });
    if (failure && after && failure.reason !== before.failure) {
      emit({ kind: 'waiting', pageId, reason: failure.reason, nextTryAt: new Date(after.nextTryAt) });
    }
  }

  async #restUntil(atMs: number, asked: number): Promise<void> {
    this.#resolveIdle(asked);
    const { clock } = this.#tools;
    // Woken: there is something new.
    await clock.wait(Math.max(1, atMs - clock.now()), this.#wake.signal).catch(() => {});
  }

  #resolveIdle(asked: number): void {
    const isAnswered = (one: { asked: number }) => one.asked <= asked;
    for (const { resolve } of this.#idle.filter(isAnswered)) resolve();
    this.#idle = this.#idle.filter((one) => !isAnswered(one));
  }

  #storeFailure(error: unknown): number {
    const failure = error instanceof Error ? error : new Error(String(error));
    if (!this.#isStoreFailing) callSafely(this.#tools.onEvent, { kind: 'store-failure', error: failure });
    this.#isStoreFailing = true;
    return this.#tools.clock.now() + STORE_FAILURE_MS;
  }
}
