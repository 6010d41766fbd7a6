import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ASSET_FORMATS } from '#lib/openai-videos/assets/fetch/asset-formats.server.ts';
import { mediaFiles } from '../../../fixtures/media-files.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const TYPES = { webp: 'image/webp', jpeg: 'image/jpeg', png: 'image/png' } as const;

describe('the format of a picture', () => {
  it.each(['thumbnail', 'spritesheet'] as const)('of a %s is found by its content', async (type) => {
    const files = await mediaFiles();
    const path = join(temporaryFolder(), 'picture');
    for (const name of ['webp', 'jpeg', 'png'] as const) {
      writeFileSync(path, files[name]);
      expect(ASSET_FORMATS[type].startsLike(files[name])).toBe(true);
      expect(await ASSET_FORMATS[type].inspect(path)).toMatchObject({ mimeType: TYPES[name] });
    }
    expect(ASSET_FORMATS[type].startsLike(files.mp4)).toBe(false);
    expect(ASSET_FORMATS[type].startsLike(Buffer.from('<!doctype html>'))).toBe(false);
  });

  it('keeps the usual ending, and is checked to the end', async () => {
    expect([ASSET_FORMATS.thumbnail.extension, ASSET_FORMATS.spritesheet.extension]).toEqual(['webp', 'jpg']);
    const { png } = await mediaFiles();
    const path = join(temporaryFolder(), 'picture');
    writeFileSync(path, png.subarray(0, -12));
    expect((await ASSET_FORMATS.thumbnail.inspect(path)).problem).toBeDefined();
  });
});

describe('the format of a film', () => {
  it.each(['mp4', 'mov', 'webm'] as const)('may be %s', async (name) => {
    const files = await mediaFiles();
    expect(ASSET_FORMATS.video.startsLike(files[name])).toBe(true);
    expect(ASSET_FORMATS.video.startsLike(files.webp)).toBe(false);
  });
});
