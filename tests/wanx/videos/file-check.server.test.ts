import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { findVideoFault, recordedPath } from '#lib/wanx/videos/file-check.server.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { videoRecord } from '../../fixtures/records/video-shelf.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** A finished film, and its record. */
async function film() {
  const root = temporaryFolder();
  const settings = readSettings({ WANX_PROJECT_ROOT: root });
  const bytes = await makeMp4({ sizeBytes: 4000 });
  const facts = { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  const record = {
    ...videoRecord({ spotId: 'rome', eraId: 'old' }),
    ...facts,
    localPath: 'static/videos/rome-old.mp4',
  };
  const path = recordedPath(settings, record);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return { root, settings, record, path, bytes, check: () => findVideoFault(settings, record) };
}

function linkTo(path: string, bytes: Buffer): void {
  writeFileSync(`${path}.elsewhere`, bytes);
  symlinkSync(`${path}.elsewhere`, path);
}

describe('the file of a finished record', () => {
  it('is where the record says, else where it would be made', async () => {
    const { settings, record, root } = await film();
    expect(recordedPath(settings, { ...record, localPath: '/films/a.mp4' })).toBe('/films/a.mp4');
    expect(recordedPath(settings, { ...record, localPath: undefined })).toBe(join(root, 'static/videos/rome-old.mp4'));
  });

  it('is as recorded, or nothing is known of it but that it is whole', async () => {
    const { settings, record, check } = await film();
    expect(await check()).toBeUndefined();
    expect(await findVideoFault(settings, { ...record, sizeBytes: undefined, sha256: undefined })).toBeUndefined();
  });

  const place = (path: string, put: () => void) => {
    rmSync(path);
    put();
  };

  it.each<[string, (path: string, bytes: Buffer) => void, object]>([
    ['gone', (path) => rmSync(path), { kind: 'file-missing' }],
    ['a folder', (path) => place(path, () => mkdirSync(path)), { kind: 'file-missing' }],
    ['a link to nothing', (path) => place(path, () => symlinkSync('nothing', path)), { kind: 'link' }],
    ['a link to a film', (path, bytes) => place(path, () => linkTo(path, bytes)), { kind: 'link' }],
    ['cut', (path, bytes) => writeFileSync(path, bytes.subarray(1)), { kind: 'size-differs' }],
    ['another of its size', (path, bytes) => writeFileSync(path, bytes.fill(1, 3000)), { kind: 'hash-differs' }],
  ])('is found to be %s', async (_what, spoil, fault) => {
    const { path, bytes, check } = await film();
    spoil(path, bytes);
    expect(await check()).toMatchObject(fault);
  });

  it('is found to be no video where the record tells no hash', async () => {
    const { settings, record, path } = await film();
    writeFileSync(path, 'x'.repeat(record.sizeBytes));
    expect(await findVideoFault(settings, { ...record, sha256: undefined })).toMatchObject({ kind: 'not-a-video' });
  });
});
