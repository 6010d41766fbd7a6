import { throwIfAborted } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { CaptureQueue } from '#lib/jobs/capture-queue.ts';
import { HeldRecord } from '#lib/jobs/lease/held-record.ts';
import { isLeasedByOther } from '#lib/jobs/lease/lease.ts';
import { type FilmIds, scrapedKey } from '#lib/scrape/record/names.ts';
import { hasWork, requestText, type ScrapedRecord } from '#lib/scrape/record/record.ts';
import type { Pass, SiteWait } from '#lib/scrape/sites/site-gate.ts';
import { siteOf } from '#lib/scrape/sites/site-name.ts';
import { compareObject } from '#lib/scrape/storage/stored-object.server.ts';
import { type FailedTry, tidyFilm, tryFilm } from './attempt.server.ts';
import type { ScrapeContext, ScrapeProgress } from './context.ts';
import { type FilmOrder, openRecord } from './open-record.ts';

/** How often to look whether another process has given a film back. */
const LOOK_AGAIN_MS = 1000;

export interface RunOptions {
  signal: AbortSignal;
  report(progress: ScrapeProgress): void;
  /** What to do while another process works on the film. */
  ifBusy: 'wait' | 'fail';
}

export interface FilmEnd {
  record: ScrapedRecord;
  /** It was stored already, or another process has stored it meanwhile. */
  skipped: boolean;
}

export interface RunnerOptions {
  /** Films that are downloaded and stored at once. */
  concurrency: number;
  /** Before each repeated try; their number is that of the repeats. */
  retryDelaysMs: readonly number[];
}

type Turn = { kind: 'stored' } | { kind: 'site-waits'; wait: SiteWait } | { kind: 'not-free' } | FailedTurn;
type FailedTurn = FailedTry & { kind: 'failed' };

/** Brings films into the store, a bounded number at once. A film that has to wait for something takes no place. */
export class FilmRunner {
  readonly #context: ScrapeContext;
  readonly #places: CaptureQueue;
  readonly #retryDelaysMs: readonly number[];

  constructor(context: ScrapeContext, { concurrency, retryDelaysMs }: RunnerOptions) {
    this.#context = context;
    this.#places = new CaptureQueue(concurrency);
    this.#retryDelaysMs = retryDelaysMs;
  }

  /** Resolves once the film is stored. @throws ReelError */
  async run(order: FilmOrder, options: RunOptions): Promise<FilmEnd> {
    const before = await this.#context.store.get(scrapedKey(order));
    if (before?.isRemoving) await this.tidy(order, options);
    const whole = order.force ? undefined : await this.#findWhole(order);
    if (whole) return this.#skip(whole, options);
    await openRecord(this.#context, order, before?.stored);
    for (let retries = 0; ; ) {
      throwIfAborted(options.signal);
      const turn = await this.#takeTurn(order, options, this.#retryDelaysMs.length - retries);
      if (turn.kind === 'stored') return { record: await this.#recordOf(order), skipped: false };
      if (turn.kind === 'not-free') {
        const theirs = await this.#waitForOther(order, options);
        if (theirs) return { record: theirs, skipped: true };
      } else if (turn.kind === 'site-waits') await this.#waitForSite(turn.wait, options);
      else if (turn.verdict === 'again') {
        await this.#waitToRetry(turn.error, retries, options);
        retries += 1;
      } else if (turn.verdict !== 'postponed') throw turn.error;
    }
  }

  /**
   * Does what is left to do for a film that needs no download: a removal to finish, pictures to make.
   * @throws ReelError
   */
  async tidy(ids: FilmIds, { signal, report }: Pick<RunOptions, 'signal' | 'report'>): Promise<void> {
    const { store, newHold } = this.#context;
    await this.#places.add(
      undefined,
      async () => {
        const held = await HeldRecord.claim(store, scrapedKey(ids), newHold(), hasWork);
        if (held) await tidyFilm(this.#context, held, { signal, report, onAnswer: async () => {} });
      },
      signal,
    );
  }

  async #recordOf(ids: FilmIds): Promise<ScrapedRecord> {
    const record = await this.#context.store.get(scrapedKey(ids));
    if (record) return record;
    throw new ReelError('not-found', `The record of ${scrapedKey(ids)} was removed as soon as the film was stored.`);
  }

  async #skip(record: ScrapedRecord, options: RunOptions): Promise<FilmEnd> {
    if (!hasWork(record) || isLeasedByOther(record, this.#context.newHold())) return { record, skipped: true };
    // Left over by a process that was killed. The film is whole without.
    await this.tidy(record, options).catch(() => {});
    return { record: await this.#recordOf(record), skipped: true };
  }

  /** @throws ReelError of the store: an object that cannot be looked at is not missing */
  async #findWhole(ids: FilmIds): Promise<ScrapedRecord | undefined> {
    const record = await this.#context.store.get(scrapedKey(ids));
    const { stored } = record ?? {};
    if (!record || !stored || record.isRemoving) return undefined;
    const found = await compareObject(this.#context.stores.at(stored), stored.name, stored);
    return found === 'same' ? record : undefined;
  }

  async #takeTurn(order: FilmOrder, options: RunOptions, retriesLeft: number): Promise<Turn> {
    const record = await this.#context.store.get(scrapedKey(order));
    if (!record) return { kind: 'not-free' };
    const isFetched = record.fetched?.request === requestText(record);
    const work = async (): Promise<Turn> => {
      if (isFetched) return this.#try(order, options, retriesLeft, undefined);
      const entry = await this.#context.gate.enter(siteOf(order.url));
      if ('untilMs' in entry) return { kind: 'site-waits', wait: entry };
      try {
        return await this.#try(order, options, retriesLeft, entry);
      } finally {
        await this.#context.gate.leave(entry);
      }
    };
    return this.#places.add(undefined, work, options.signal);
  }

  async #try(
    { force, ...ids }: FilmOrder,
    { signal, report }: RunOptions,
    retriesLeft: number,
    pass: Pass | undefined,
  ): Promise<Turn> {
    const { store, newHold, gate } = this.#context;
    const isWanted = ({ stored }: ScrapedRecord) => force || stored === undefined;
    const held = await HeldRecord.claim(store, scrapedKey(ids), newHold(), isWanted);
    if (!held) return { kind: 'not-free' };
    let hasAnswered = false;
    const onAnswer = async () => {
      if (hasAnswered || !pass) return;
      hasAnswered = true;
      await gate.answered(pass).catch(() => {});
    };
    const failed = await tryFilm(this.#context, held, { signal, report, onAnswer }, retriesLeft);
    if (failed?.verdict === 'postponed' && pass) await gate.refused(pass, failed.error.retryAfterMs);
    else if (!failed || failed.verdict === 'failed') await onAnswer();
    return failed ? { kind: 'failed', ...failed } : { kind: 'stored' };
  }

  /** @returns the film, if the other process has stored it */
  async #waitForOther(order: FilmOrder, options: RunOptions): Promise<ScrapedRecord | undefined> {
    const theirs = order.force ? undefined : await this.#findWhole(order);
    if (theirs) return theirs;
    if (options.ifBusy === 'fail') {
      throw new ReelError('busy', `Another process is working on ${scrapedKey(order)}. Nothing was changed.`);
    }
    options.report({ stage: 'waiting', for: 'other-process' });
    await this.#context.clock.wait(LOOK_AGAIN_MS, options.signal);
    // Where it was being removed, it is wanted anew.
    if (!(await this.#context.store.get(scrapedKey(order)))) await openRecord(this.#context, order, undefined);
    return undefined;
  }

  async #waitForSite({ site, untilMs }: SiteWait, { report, signal }: RunOptions): Promise<void> {
    const { clock } = this.#context;
    report({ stage: 'waiting', for: 'site', site, until: new Date(untilMs) });
    await clock.wait(Math.max(1, untilMs - clock.now()), signal);
  }

  async #waitToRetry({ message, code, retryAfterMs = 0 }: ReelError, retries: number, { report, signal }: RunOptions) {
    const waitMs = Math.max(this.#retryDelaysMs[retries] ?? 0, retryAfterMs);
    report({ stage: 'retrying', attempt: retries + 2, waitMs, reason: redactText(message), code });
    await this.#context.clock.wait(waitMs, signal);
  }
}
