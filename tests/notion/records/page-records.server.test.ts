import { describe, expect, it } from 'vitest';
import { LEASE_TTL_MS } from '#lib/jobs/lease/lease.ts';
import { PageRecords } from '#lib/notion/records/page-records.server.ts';
import { type NotionRecord, notionFormat, withValues } from '#lib/notion/records/record.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

const DELAYS = { afterFailureMs: () => 1000, atRestMs: () => 60_000 };

async function open() {
  const clock = new FakeClock();
  const store = createMemoryStore<NotionRecord>({ format: notionFormat, clock });
  const records = new PageRecords(store, clock);
  await records.change('page', (current) =>
    withValues(current, { pageId: 'page', values: { status: { value: 'a' } }, nowMs: clock.now() }),
  );
  const claim = async () => {
    const held = await records.claim('page');
    if (!held) throw new Error('not free');
    return held;
  };
  /** As a process on another machine does it. */
  const takeOver = () =>
    records.change('page', (current) => {
      const expiresAt = new Date(clock.now() + LEASE_TTL_MS).toISOString();
      return current && { ...current, lease: { owner: 'another host', fence: 9, expiresAt } };
    });
  return { clock, store, records, claim, takeOver };
}

describe('the right to write to a page', () => {
  it('is for one at a time, and only when the page is due', async () => {
    const { records, takeOver, clock } = await open();
    await takeOver();
    const [page] = await records.list();
    expect(page && records.isFree(page)).toBe(false);
    expect(await records.claim('page')).toBeUndefined();
    clock.advance(LEASE_TTL_MS + 1);
    await records.change(
      'page',
      (current) => current && { ...current, nextTryAt: new Date(clock.now() + 5).toISOString() },
    );
    expect(await records.claim('page')).toBeUndefined();
    clock.advance(5);
    expect((await records.claim('page'))?.lease?.fence).toBe(10);
    expect(await records.claim('nobody')).toBeUndefined();
  });

  it('is renewed once part of it is over', async () => {
    const { records, claim, clock } = await open();
    const held = await claim();
    clock.advance(LEASE_TTL_MS / 4 - 1);
    expect((await records.renew(held))?.lease?.expiresAt).toBe(held.lease?.expiresAt);
    clock.advance(1);
    const renewed = await records.renew(held);
    expect(renewed?.lease).toEqual({ ...held.lease, expiresAt: new Date(clock.now() + LEASE_TTL_MS).toISOString() });
  });

  it('that is lost writes nothing', async () => {
    const { records, claim, takeOver, store } = await open();
    const held = await claim();
    await takeOver();
    expect(await records.renew(held)).toBeUndefined();
    await records.settle(held, { sent: [], problems: [], setAside: 'x' }, DELAYS);
    expect(store.listSync()[0]).toMatchObject({ lease: { owner: 'another host' } });
    expect(store.listSync()[0]).not.toHaveProperty('setAside', 'x');
  });

  it('is given back with what was achieved', async () => {
    const { records, claim, store } = await open();
    const held = await claim();
    await records.settle(held, { sent: [], problems: [], setAside: 'trash' }, DELAYS);
    expect(store.listSync()[0]).toMatchObject({ setAside: 'trash', attempts: 1 });
    const next = await records.list();
    expect(next[0]?.lease).toBeUndefined();
  });
});

it('what was set aside is due again once somebody may have put it right', async () => {
  const { records, claim, clock } = await open();
  await records.settle(await claim(), { sent: [], problems: [], setAside: 'trash' }, DELAYS);
  expect(await records.claim('page')).toBeUndefined();
  clock.advance(1);
  await records.reviveSetAside();
  expect((await records.claim('page'))?.setAside).toBe('trash');
});
