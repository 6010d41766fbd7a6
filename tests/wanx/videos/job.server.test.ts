import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { generateAndStoreVideo, setVideoMetadata } from '#lib/wanx/index.ts';
import { hasVideoFile } from '#lib/wanx/videos/job.server.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';

const RECORD = { localPath: 'static/videos/harbour-sail.mp4', sizeBytes: 5 };

// A link that leads to itself: an error for root, too, whom missing permissions would not stop.
const loop = (path: string) => symlinkSync(path, path);

describe('hasVideoFile', () => {
  async function withFile(change: (path: string) => void) {
    const project = await wanProject();
    const path = project.videoPath('harbour', 'sail');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'video');
    change(path);
    return () => hasVideoFile(readSettings(), RECORD);
  }

  it.each<[string, (path: string) => void, boolean]>([
    ['as it was left', () => {}, true],
    ['of another size', (path) => truncateSync(path, 2), false],
    ['gone', (path) => rmSync(path), false],
    ['gone with its folder', (path) => rmSync(dirname(path), { recursive: true }), false],
  ])('tells of a file %s', async (_name, change, expected) => {
    expect((await withFile(change))()).toBe(expected);
  });

  it.each<[string, (path: string) => void]>([
    ['that cannot be looked at', loop],
    ['in whose place a folder is', (path) => mkdirSync(path)],
    [
      'whose folder is none',
      (path) => {
        rmSync(dirname(path), { recursive: true });
        writeFileSync(dirname(path), '');
      },
    ],
  ])('does not say of one %s that it is missing', async (_name, change) => {
    const look = await withFile((path) => {
      rmSync(path);
      change(path);
    });
    expect(look).toThrow(expect.objectContaining({ code: 'disk', billable: 'no' }));
  });
});

it('does not buy a finished video again because its file cannot be looked at', async () => {
  const project = await wanProject();
  await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
  const expiresAt = new Date(Date.now() - 1000).toISOString();
  const before = await setVideoMetadata({ spotId: 'harbour', eraId: 'sail', expiresAt });
  rmSync(project.videoPath('harbour', 'sail'));
  loop(project.videoPath('harbour', 'sail'));
  expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: false, code: 'disk' });
  expect(project.stored()).toEqual([before]);
  expect(project.accepted()).toBe(1);
});
