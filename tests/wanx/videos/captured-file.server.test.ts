import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { capturedFile, filmFault, type VideoMetadata } from '#lib/wanx/index.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const NAME = 'eiffel-tower-1900.mp4';
const BYTES = new Uint8Array(100);
const DELIVERED = { at: '2026-11-21T00:00:00.000Z', outcome: 'delivered' } as const;

/** A film on the shelf, and what is found for a record of it that has these fields as well. */
function lookFor(fields: Partial<VideoMetadata>) {
  const shelf = videoShelf();
  const record = videoRecord({ ...shelf.put(NAME, BYTES), status: 'ready', ...fields });
  const settings = readSettings();
  return { shelf, file: capturedFile(settings, record), fault: filmFault(settings, record) };
}

describe('the captured file of a record', () => {
  it('is the one of its name in the video folder', () => {
    const { file, fault, shelf } = lookFor({});
    expect(file).toMatchObject({ path: join(shelf.root, 'static/videos', NAME), name: NAME, sizeBytes: 100 });
    expect(fault).toBeUndefined();
  });

  it.each<[string, Partial<VideoMetadata>]>([
    ['a new film is being made', { status: 'generating', previous: { status: 'ready' } }],
    ['a later order failed', { status: 'failed', history: [DELIVERED] }],
  ])('goes on counting while %s', (_when, fields) => {
    expect(lookFor(fields).file).toMatchObject({ name: NAME });
  });

  it.each<[string, Partial<VideoMetadata>]>([
    ['nothing was delivered', { status: 'failed' }],
    ['the record names no file', { localPath: undefined }],
    ['the record names the file of another video', { eraId: '1950' }],
    ['the record names a file outside the folder', { localPath: `elsewhere/${NAME}` }],
  ])('is not there where %s', (_where, fields) => {
    const { file, fault } = lookFor(fields);
    expect([file, fault]).toEqual([undefined, undefined]);
  });

  it('is at fault with another size than on record', () => {
    const { file, fault } = lookFor({ sizeBytes: 99 });
    expect([file, fault?.kind]).toEqual([undefined, 'other-size']);
  });

  it('is at fault where a link stands in its place', () => {
    const shelf = videoShelf();
    const { sizeBytes, sha256 } = shelf.put('other.mp4', BYTES);
    symlinkSync(join(shelf.root, 'static/videos/other.mp4'), join(shelf.root, 'static/videos', NAME));
    const record = videoRecord({ localPath: `static/videos/${NAME}`, sizeBytes, sha256, status: 'ready' });
    expect(capturedFile(readSettings(), record)).toBeUndefined();
    expect(filmFault(readSettings(), record)?.kind).toBe('link');
  });
});
