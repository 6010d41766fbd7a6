import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { LeftoverSweep } from '#lib/web/embed/leftover-sweep.server.ts';
import { startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { leaveUpload, uploadsBeside } from '../../fixtures/servers/left-upload.ts';
import { memoryS3 } from '../../fixtures/servers/memory-s3.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

afterEach(() => vi.unstubAllEnvs());

/** A bucket with an upload that a killed process has left, and what a log gets. */
async function open(place: Record<string, string>, key: string) {
  const bucket = memoryS3();
  const server = await startFaultProxy(bucket.handle);
  onTestFinished(() => server.close());
  const root = temporaryFolder();
  const metadataPath = join(root, 'videos.json');
  const folders = {
    WANX_PROJECT_ROOT: root,
    WANX_METADATA_PATH: metadataPath,
    REELKEEP_MEDIA_DIR: join(root, 'media'),
  };
  const settings = { S3_ENDPOINT: server.url, AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
  for (const [name, value] of Object.entries({ ...folders, ...settings, ...place })) vi.stubEnv(name, value);
  bucket.uploads.set('left', { key, headers: {}, parts: new Map() });
  const uploads = uploadsBeside(metadataPath);
  await leaveUpload(uploads, { endpoint: server.url, bucket: 'films', key, uploadId: 'left', hoursAgo: 2 });
  const said: string[] = [];
  const keep = (facts: object, message: string) => void said.push(`${message} ${JSON.stringify(facts)}`);
  return { bucket, root, said, log: { info: keep, warn: keep } };
}

it.each([
  ['every part', { REELKEEP_ASSETS: 's3://films/reel' }, 'reel/media/p/1.mp4'],
  ['scraped videos alone', { AWS_S3_BUCKET: 'films' }, 'news/rome/video.mp4'],
])('a server aborts what was left of the uploads of %s, and says so', async (_what, place, key) => {
  const { bucket, said, log } = await open(place, key);
  const sweep = new LeftoverSweep();
  onTestFinished(() => sweep.stop());
  sweep.start(log);
  await sweep.look(log);
  expect([bucket.uploads.size, said]).toEqual([0, [expect.stringMatching(/aborted \{"uploads":1\}/)]]);
});

it('a server that cannot look says so once, and goes on', async () => {
  const { said, log } = await open({ REELKEEP_ASSETS: 's3://films/reel', S3_ENDPOINT: 'ftp://x' }, 'reel/x.mp4');
  const sweep = new LeftoverSweep();
  await sweep.look(log);
  await sweep.look(log);
  expect(said).toEqual([expect.stringContaining('uploads that earlier processes have left stay')]);
});

it('a server removes what copies of films have left in its folders for a day', async () => {
  const { root, said, log } = await open({ REELKEEP_ASSETS: 's3://films/reel' }, 'reel/x.mp4');
  const folders = ['static/videos', 'static/generated-videos/BATCH_1', 'media/projects/p1/videos'];
  const copies = folders.map((folder) => temporaryPathFor(join(root, folder, 'film.mp4')));
  const before = new Date(Date.now() - 25 * 3_600_000);
  for (const path of copies) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'half a film');
    utimesSync(path, before, before);
  }
  await new LeftoverSweep().look(log);
  expect([copies.filter((path) => existsSync(path)), said.at(-1)]).toEqual([
    ...[[], expect.stringMatching(/removed \{"files":3\}/)],
  ]);
});
