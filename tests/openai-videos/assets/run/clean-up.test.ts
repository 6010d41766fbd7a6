import { describe, expect, it } from 'vitest';
import { DownloadCase } from '../../../fixtures/openai-videos/download-case.ts';

async function withVersions(count: number) {
  const world = await DownloadCase.open({ auto: false });
  for (let version = 1; version <= count; version += 1) {
    await world.queue(`page-${version}`, 'video_abc');
    await world.until(`page-${version}`, 'completed');
    await world.clock.advance(24 * 3_600_000);
  }
  await world.queue('page-other', 'video_other');
  await world.until('page-other', 'completed');
  return world;
}

const films = (world: DownloadCase) => world.files().filter((name) => name.endsWith('.mp4'));

describe('cleaning up', () => {
  it('by count keeps the newest versions of each video', async () => {
    const world = await withVersions(3);
    const removed = await world.manager.cleanUpVersions({ keep: 1 });
    expect(removed.map(({ soraVideoId, version }) => [soraVideoId, version])).toEqual([
      ['video_abc', 2],
      ['video_abc', 1],
    ]);
    expect(films(world)).toEqual(['video_abc_V3.mp4', 'video_other_V1.mp4']);
    expect(world.files()).toHaveLength(6);
    expect(world.store.listSync()).toHaveLength(2);
    await world.queue('page-again', 'video_abc');
    expect((await world.until('page-again', 'completed')).downloadedAssets[0]?.version).toBe(4);
  });

  it('by age never takes the newest version, and with a dry run nothing at all', async () => {
    const world = await withVersions(3);
    const rule = { olderThanDays: 1.5 };
    const planned = await world.manager.cleanUpVersions({ ...rule, dryRun: true });
    expect(planned.map(({ version }) => version)).toEqual([2, 1]);
    expect(films(world)).toHaveLength(4);
    expect(await world.manager.cleanUpVersions(rule)).toEqual(planned);
    await world.clock.advance(365 * 24 * 3_600_000);
    expect(await world.manager.cleanUpVersions({ olderThanDays: 0 })).toEqual([]);
    expect(films(world)).toEqual(['video_abc_V3.mp4', 'video_other_V1.mp4']);
  });

  it.each([{}, { keep: 0 }, { keep: 1.5 }, { olderThanDays: -1 }])('refuses the rule %o', async (rule) => {
    const world = await DownloadCase.open();
    await expect(world.manager.cleanUpVersions(rule)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
