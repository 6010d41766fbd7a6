import { describe, expect, it } from 'vitest';
import { SiteGate } from '#lib/scrape/sites/site-gate.ts';
import { type SitePause, sitePauseRecords } from '#lib/scrape/sites/site-pause.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

function open(mostRefusals = 3) {
  const clock = new FakeClock();
  const store = createMemoryStore<SitePause>({ format: sitePauseRecords.format, clock });
  const ids = Array.from({ length: 20 }, (_, index) => `try-${index}`);
  const newId = () => ids.shift() ?? '';
  return { clock, store, gate: new SiteGate({ store, clock, newId, mostRefusals }) };
}

async function passOf(gate: SiteGate, site: string) {
  const entry = await gate.enter(site);
  if ('untilMs' in entry) throw new Error('it has to wait');
  return entry;
}

describe('the gate to a site', () => {
  it('is open, and nothing is on record, as long as the site answers', async () => {
    const { store, gate } = open();
    const pass = await passOf(gate, 'a.example');
    await gate.answered(pass);
    await gate.leave(pass);
    expect(store.listSync()).toEqual([]);
  });

  it('is closed by a refusal for that site alone, lets one in after the pause, and opens with its answer', async () => {
    const { clock, store, gate } = open();
    await gate.refused(await passOf(gate, 'a.example'), 1000);
    expect(await gate.enter('a.example')).toMatchObject({ isProbing: false });
    await passOf(gate, 'b.example');
    clock.advance(1000);
    const probe = await passOf(gate, 'a.example');
    expect(await gate.enter('a.example')).toMatchObject({ isProbing: true });
    await gate.answered(probe);
    expect(store.listSync()).toEqual([]);
    await passOf(gate, 'a.example');
  });

  it('lets the next one in after a probe that has learned nothing', async () => {
    const { clock, gate } = open();
    await gate.refused(await passOf(gate, 'a.example'), 1000);
    clock.advance(1000);
    await gate.leave(await passOf(gate, 'a.example'));
    await passOf(gate, 'a.example');
  });

  it('gives films back once the site has refused too often, until its pause is over', async () => {
    const { clock, gate } = open(2);
    for (const _round of [1, 2]) {
      await gate.refused(await passOf(gate, 'a.example'), 1000);
      clock.advance(999);
      if (_round === 1) clock.advance(1);
    }
    const refused = { code: 'rate-limited', retryable: true, retryAfterMs: 1 };
    await expect(gate.enter('a.example')).rejects.toMatchObject(refused);
    clock.advance(1);
    await passOf(gate, 'a.example');
  });
});
