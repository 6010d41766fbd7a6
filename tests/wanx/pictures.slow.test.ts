import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readSettings } from '#lib/config.ts';
import {
  deleteVersion,
  generateAndStoreVideo,
  getVideoMetadata,
  listVersions,
  restoreVersion,
  undoDelete,
  type VideoMetadata,
} from '#lib/wanx/index.ts';
import { tidyVideos } from '#lib/wanx/videos/films.server.ts';
import { describeWithFfmpeg } from '../fixtures/pictures/films.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../fixtures/records/wan-project.ts';

const DAY_MS = 24 * 3_600_000;

async function projectWithPictures() {
  const project = await wanProject();
  vi.stubEnv('REELKEEP_PICTURES', '1');
  const folder = join(project.root, 'static/videos');
  return {
    project,
    make: (options = {}) => generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options),
    record: () => getVideoMetadata('harbour', 'sail') as VideoMetadata,
    pictures: () => readdirSync(folder).filter((name) => /\.(webp|jpg|vtt)$/.test(name)),
    isThere: (name = '') => existsSync(join(folder, name)),
  };
}

describeWithFfmpeg('the pictures of a Wan film', () => {
  it('are on record when the call returns, and every name on record is a file', async () => {
    const { make, record, isThere, pictures } = await projectWithPictures();
    const result = await make();
    expect(result).toMatchObject({ success: true, metadata: record() });
    const { poster, posterSmall, spriteSheet, spriteIndex, ...rest } = record().pictures ?? {};
    expect(rest).toEqual({ filmSha256: record().sha256 });
    for (const picture of [poster, posterSmall, spriteSheet, spriteIndex]) expect(isThere(picture?.name)).toBe(true);
    expect(pictures()).toHaveLength(4);
  });

  it.each([Number.POSITIVE_INFINITY, 60_000.5])(
    'are made for a caller who waits %d ms: no timer takes that',
    async (ms) => {
      const { make, pictures } = await projectWithPictures();
      expect(await make({ timeoutMs: ms })).toMatchObject({ success: true });
      expect(pictures()).toHaveLength(4);
    },
  );

  it('stay with their film: as a former one, restored, deleted, brought back and gone', async () => {
    const { make, record, isThere, pictures } = await projectWithPictures();
    await make();
    const first = record().pictures;
    await make({ force: true, prompt: 'Another harbour.' });
    const second = record().pictures;
    expect(second?.poster?.name).not.toBe(first?.poster?.name);
    expect((await listVersions('harbour', 'sail')).map((one) => one.pictures)).toEqual([second, first]);
    await restoreVersion('harbour', 'sail', 1);
    expect(record().pictures).toEqual(first);
    expect((await listVersions('harbour', 'sail')).map((one) => one.pictures)).toEqual([second, first]);
    expect(pictures()).toHaveLength(8);
    await deleteVersion('harbour', 'sail', 2);
    await undoDelete('harbour', 'sail', 2);
    expect((await listVersions('harbour', 'sail'))[0]?.pictures).toEqual(second);
    await deleteVersion('harbour', 'sail', 2);
    const clock = { now: () => Date.now() + 2 * DAY_MS, wait: async () => {}, random: () => 0 };
    await tidyVideos(readSettings(), { clock });
    expect(isThere(second?.poster?.name)).toBe(false);
    expect(pictures()).toEqual(
      Object.values(first ?? {})
        .flatMap((one) => (typeof one === 'object' && one && 'name' in one ? [one.name] : []))
        .sort(),
    );
  });

  it('of the former films beyond the limit go with them', async () => {
    const { make, record, pictures } = await projectWithPictures();
    vi.stubEnv('WANX_KEEP_VERSIONS', '0');
    await make();
    await make({ force: true });
    expect(pictures()).toHaveLength(4);
    expect(pictures()).toContain(record().pictures?.poster?.name);
  });

  it('are not waited for by who does not want them, and are due then', async () => {
    const { make, record, pictures } = await projectWithPictures();
    await make({ pictures: false });
    expect(record().pictures).toEqual({ isDue: true });
    expect(pictures()).toEqual([]);
  });

  it('do not keep a finished film from whoever stops waiting for them', async () => {
    const { make, record } = await projectWithPictures();
    const stop = new AbortController();
    const result = await make({
      signal: stop.signal,
      onProgress: ({ stage }: { stage: string }) => stage === 'ready' && stop.abort(),
    });
    expect(result).toMatchObject({ success: true });
    expect(record()).toMatchObject({ status: 'ready' });
  });
});
