import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ScrapeWorld } from '../../fixtures/scrape/processes/scrape-world.ts';

/** Takes a minute; longer while other tests use the machine. */
const SLOW = 600_000;
/** Of every call that changes a file, each so many is a death; other rounds take the ones between. */
const STEP = 2;
const STAGES = ['probing', 'downloading', 'verifying', 'uploading', 'pictures'];
/** At the least: a hundred in all. */
const KILLS = { inTurn: 55, again: 35, realYtDlp: 10 };
/** Worlds at once: a machine of two cores is busy with them. */
const AT_ONCE = 3;

/** Films that die at these calls, and at each stage once, in one world. */
async function dieAt(calls: readonly number[], stages: readonly string[]): Promise<ScrapeWorld> {
  const world = await ScrapeWorld.open();
  for (const nth of calls) await world.store(`call-${nth}`, { at: 'call', nth });
  for (const stage of stages) expect(await world.store(`at-${stage}`, { at: 'stage', stage })).toBe(true);
  await world.finish();
  return world;
}

describe('processes that store scraped films, killed with SIGKILL', { timeout: SLOW }, () => {
  it('at every stage, and before calls that change a file: nothing is doubled, nothing lost', async () => {
    const first = await ScrapeWorld.open();
    await first.callsOfOne('warm');
    const calls = await first.callsOfOne('measured');
    const deaths = Array.from({ length: Math.floor(calls / STEP) }, (_, index) => 1 + index * STEP);
    const rounds = Array.from({ length: AT_ONCE }, (_, round) =>
      deaths.filter((_nth, index) => index % AT_ONCE === round),
    );
    const worlds = await Promise.all(rounds.map((nths, round) => dieAt(nths, round === 0 ? STAGES : [])));
    const kills = worlds.reduce((sum, world) => sum + world.kills, 0);
    expect(kills).toBeGreaterThanOrEqual(Math.max(deaths.length, KILLS.inTurn));
  });

  it('again and again while it takes up the same film', async () => {
    const worlds = await Promise.all(
      [1, 2, 3].map(async (start) => {
        const world = await ScrapeWorld.open();
        // Later each time, so that it comes further each time.
        for (let nth = start; await world.store('rome', { at: 'call', nth }); nth += 4) expect(nth).toBeLessThan(1000);
        await world.finish();
        return world;
      }),
    );
    expect(worlds.reduce((sum, world) => sum + world.kills, 0)).toBeGreaterThanOrEqual(KILLS.again);
  });
});

const hasYtDlp = process.env.CI || spawnSync('yt-dlp', ['--version']).status === 0;

describe.skipIf(!hasYtDlp)(
  `with a real yt-dlp${hasYtDlp ? '' : ' (skipped: it is not installed)'}`,
  { timeout: SLOW },
  () => {
    it('killed ten times, at stages and in between: nothing is doubled, nothing lost', async () => {
      const world = await ScrapeWorld.open({ ytDlp: 'yt-dlp' });
      for (const stage of STAGES) expect(await world.store(`at-${stage}`, { at: 'stage', stage })).toBe(true);
      for (const nth of [5, 25, 45, 65, 85]) expect(await world.store(`call-${nth}`, { at: 'call', nth })).toBe(true);
      expect(world.kills).toBe(KILLS.realYtDlp);
      await world.finish();
    });
  },
);
