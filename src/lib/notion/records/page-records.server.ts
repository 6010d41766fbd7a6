import type { Clock } from '#lib/base/clock.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { byStoreClock, isLeasedByOther, LEASE_TTL_MS, type LeaseOptions, newLease } from '#lib/jobs/lease/lease.ts';
import type { RecordStore, Step } from '#lib/stores/records/record-store.ts';
import {
  type Attempt,
  afterAttempt,
  type Delays,
  dueMsOf,
  isReady,
  type NotionRecord,
  type PageRecord,
  pageKey,
} from './record.ts';

/** A lease is written again once so much of it is over. */
const RENEWED_AFTER_MS = LEASE_TTL_MS / 4;

/** The pages that wait, and the right to write to one of them: only one process at a time has it. */
export class PageRecords {
  readonly #store: RecordStore<NotionRecord>;
  readonly #lease: LeaseOptions;

  constructor(store: RecordStore<NotionRecord>, clock: Clock) {
    this.#store = store;
    this.#lease = { owner: processIdentity(), ttlMs: LEASE_TTL_MS, clock, isSurelyDead };
  }

  async list(): Promise<PageRecord[]> {
    const pages: PageRecord[] = [];
    for await (const record of this.#store.find({ unfinished: true })) if (record.kind === 'page') pages.push(record);
    return pages;
  }

  /** Makes what was set aside due: somebody may have put it right. */
  async reviveSetAside(): Promise<void> {
    const now = new Date(this.#lease.clock.now()).toISOString();
    for (const { pageId } of (await this.list()).filter((page) => !isReady(page))) {
      await this.change(pageId, (current) => (current && !isReady(current) ? { ...current, nextTryAt: now } : current));
    }
  }

  /** Changes one page's record; undefined removes it. */
  async change(
    pageId: string,
    mutate: (current: PageRecord | undefined, step: Step) => PageRecord | undefined,
  ): Promise<PageRecord | undefined> {
    return pageOf(await this.#store.update(pageKey(pageId), (current, step) => mutate(pageOf(current), step)));
  }

  isFree(record: PageRecord): boolean {
    return !isLeasedByOther(record, this.#lease);
  }

  /** Takes the lease of a page that is due; undefined when it is not, or another process has it. */
  async claim(pageId: string): Promise<PageRecord | undefined> {
    const nowMs = this.#lease.clock.now();
    let claimed = false;
    const record = await this.change(pageId, (current, step) => {
      const lease = byStoreClock(this.#lease, step);
      claimed = current !== undefined && dueMsOf(current, nowMs) <= nowMs && !isLeasedByOther(current, lease);
      return current && claimed ? { ...current, lease: newLease(current, lease) } : current;
    });
    return claimed ? record : undefined;
  }

  /** The page as it is now, if it is still ours; its lease is renewed when part of it is over. */
  async renew(held: PageRecord): Promise<PageRecord | undefined> {
    const current = pageOf(await this.#store.get(pageKey(held.pageId)));
    if (!current || !isHeld(current, held)) return undefined;
    const leftMs = Date.parse(current.lease?.expiresAt ?? '') - this.#lease.clock.now();
    if (leftMs > LEASE_TTL_MS - RENEWED_AFTER_MS) return current;
    const renewed = await this.change(held.pageId, (now, step) =>
      now && isHeld(now, held) ? extended(now, held, byStoreClock(this.#lease, step)) : now,
    );
    return renewed && isHeld(renewed, held) ? renewed : undefined;
  }

  /** Records an attempt and gives the lease back; nothing happens if it is not ours any more. */
  settle(held: PageRecord, attempt: Attempt, delays: Delays): Promise<PageRecord | undefined> {
    const nowMs = this.#lease.clock.now();
    return this.change(held.pageId, (current) =>
      current && isHeld(current, held) ? afterAttempt(current, attempt, { nowMs, delays }) : current,
    );
  }
}

function extended(current: PageRecord, held: PageRecord, lease: LeaseOptions): PageRecord {
  return { ...current, lease: { ...newLease(current, lease), fence: held.lease?.fence ?? 1 } };
}

function pageOf(record: NotionRecord | undefined): PageRecord | undefined {
  return record?.kind === 'page' ? record : undefined;
}

function isHeld({ lease }: PageRecord, held: PageRecord): boolean {
  return lease !== undefined && lease.owner === held.lease?.owner && lease.fence === held.lease.fence;
}
