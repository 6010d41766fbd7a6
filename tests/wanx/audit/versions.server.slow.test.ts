import { existsSync, linkSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auditVideos, deleteVersion, generateAndStoreVideo, rescueTask } from '#lib/wanx/index.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';

const [SPOT, ERA] = [HARBOUR.id, AGE_OF_SAIL.id];

/** Three films, of which the second is deleted, and the third current. */
async function films() {
  const project = await wanProject();
  for (let nth = 1; nth <= 3; nth += 1) await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true });
  await deleteVersion(SPOT, ERA, 2);
  const path = (ending: string) => project.videoPath(SPOT, ERA).replace(/mp4$/, ending);
  return { project, path };
}

describe('an audit', () => {
  it('finds nothing wrong with former and deleted films', async () => {
    await films();
    expect(await auditVideos()).toMatchObject({ findings: [], ok: true, checked: { files: 3 } });
  });

  it.each<[string, string, (path: string) => void, number]>([
    ['file-missing', 'v1.mp4', (path) => rmSync(path), 1],
    ['file-missing', 'v2.mp4.deleted', (path) => rmSync(path), 2],
    ['size-differs', 'v1.mp4', (path) => truncateSync(path, 500), 1],
    ['hash-differs', 'v1.mp4', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length)), 1],
  ])('finds %s: %s, and leaves it to a person', async (kind, ending, damage, version) => {
    const { path } = await films();
    damage(path(ending));
    const expected = { kind, version, key: `${SPOT}/${ERA}`, path: path(ending) };
    expect((await auditVideos()).findings).toMatchObject([expected]);
    expect(await auditVideos({ repair: true })).toMatchObject({
      ok: false,
      findings: [{ ...expected, repair: 'left' }],
    });
  });

  it('removes a second name, and leaves a film alone that no record knows', async () => {
    const { path } = await films();
    linkSync(path('mp4'), path('v3.mp4'));
    writeFileSync(path('v7.mp4'), 'unknown');
    expect((await auditVideos()).findings.map(({ kind }) => kind)).toEqual(['second-name', 'unknown-file']);
    expect((await auditVideos({ repair: true })).findings.map(({ repair }) => repair)).toEqual(['removed', 'left']);
    expect([existsSync(path('mp4')), existsSync(path('v3.mp4')), existsSync(path('v7.mp4'))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('that repairs removes what was deleted more than a day ago', async () => {
    const { path } = await films();
    await auditVideos({ repair: true });
    expect(existsSync(path('v2.mp4.deleted'))).toBe(true);
    await auditVideos({ repair: true, clock: new FakeClock(Date.now() + 25 * 3_600_000) });
    expect(existsSync(path('v2.mp4.deleted'))).toBe(false);
  });
});

it('the task of a former film is captured already', async () => {
  const { project, path } = await films();
  const [former] = project.stored()[0]?.versions?.former ?? [];
  const rescued = await rescueTask(former?.taskId ?? '');
  expect(rescued).toMatchObject({ key: `${SPOT}/${ERA}`, localPath: `static/videos/${SPOT}-${ERA}.v1.mp4` });
  expect(existsSync(path('mp4').replace(/[^/]+$/, 'orphans'))).toBe(false);
});
