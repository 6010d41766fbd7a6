import type { Clock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type Entry, entryTo, pauseAfterAnswer, pausedAfter, type SitePause, withoutProbe } from './site-pause.ts';

export interface GateOptions {
  /** Shared by all processes, so that one that is started in a pause waits as well. */
  store: RecordStore<SitePause>;
  clock: Clock;
  /** Names one try among those of all processes. */
  newId: () => string;
  /** After so many refusals in a row films are given back to their callers instead of waiting on. */
  mostRefusals: number;
}

/** The permission of one try to ask a site. */
export interface Pass {
  site: string;
  id: string;
  startedMs: number;
}

/** Why a film has to wait for its site. */
export interface SiteWait {
  site: string;
  untilMs: number;
  /** Another film asks the site whether it answers again. */
  isProbing: boolean;
}

/** Lets films ask their site, unless it pauses: then none until its time is over, and one alone after it. */
export class SiteGate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * @returns the permission, or for how long to wait before the next call
   * @throws ReelError `rate-limited` once the site has refused too many times in a row
   */
  async enter(site: string): Promise<Pass | SiteWait> {
    const { store, clock, newId } = this.#options;
    // Only a look as long as there is no pause.
    const pause = await store.get(site);
    const pass = { site, id: newId(), startedMs: clock.now() };
    if (!pause) return pass;
    const entry = await this.#ask(pass);
    if (entry.kind !== 'wait') return pass;
    if (!entry.isProbing) this.#assertHope(pause);
    return { site, untilMs: entry.untilMs, isProbing: entry.isProbing };
  }

  /** The site has refused. */
  async refused({ site, startedMs }: Pass, retryAfterMs: number | undefined): Promise<void> {
    const { store, clock } = this.#options;
    const now = { site, startedMs, nowMs: clock.now(), retryAfterMs };
    await store.update(site, (pause) => pausedAfter(pause, now, clock));
  }

  /** The site has answered, with a film or with word of it. */
  async answered({ site, startedMs }: Pass): Promise<void> {
    const { store } = this.#options;
    if (await store.get(site)) await store.update(site, (pause) => pauseAfterAnswer(pause, startedMs));
  }

  /** The try has ended without any word of the site. */
  async leave({ site, id }: Pass): Promise<void> {
    const { store } = this.#options;
    const pause = await store.get(site);
    if (pause?.probe?.id === id) await store.update(site, (current) => withoutProbe(current, id));
  }

  async #ask({ site, id }: Pass): Promise<Entry> {
    const { store, clock } = this.#options;
    const nowMs = clock.now();
    let entry: Entry = { kind: 'open' };
    await store.update(site, (pause) => {
      entry = entryTo(pause, id, nowMs);
      return entry.kind === 'probe' ? entry.next : pause;
    });
    return entry;
  }

  #assertHope({ site, failures, pausedUntil }: SitePause): void {
    if (failures < this.#options.mostRefusals) return;
    const untilMs = Date.parse(pausedUntil);
    const advice = `Try again after ${pausedUntil}. Its films stay on record, and have spent no attempt.`;
    throw new ReelError('rate-limited', `${site} has refused ${failures} times in a row. ${advice}`, {
      stage: 'downloading',
      retryAfterMs: Math.max(0, untilMs - this.#options.clock.now()),
    });
  }
}
