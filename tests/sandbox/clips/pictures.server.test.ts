import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jpeg, webp } from '#lib/capture/formats/formats.server.ts';
import { composePicture } from '#lib/sandbox/clips/pictures.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const SIZES = [
  [1280, 720],
  [720, 1280],
  [1792, 1024],
  [1024, 1792],
  [1920, 1080],
  [1080, 1920],
] as const;

describe('a picture of a film', () => {
  it.each(SIZES)('%i×%i is a whole thumbnail of half the size, and a whole sprite sheet', async (width, height) => {
    const folder = temporaryFolder();
    const inspect = async (kind: 'thumbnail' | 'spritesheet') => {
      const path = join(folder, kind);
      writeFileSync(path, await composePicture({ width, height, kind, label: 'odd' }));
      return (kind === 'thumbnail' ? webp : jpeg).inspect(path);
    };
    expect(await inspect('thumbnail')).toEqual({ media: { width: width / 2, height: height / 2 } });
    const sheet = await inspect('spritesheet');
    expect(sheet).toEqual({ media: { width: expect.any(Number), height: expect.any(Number) } });
    // Four columns of two rows.
    const { width: across = 0, height: down = 0 } = sheet.media;
    expect(across / 4 / (down / 2)).toBeCloseTo(width / height, 1);
  });

  it('has its label inside, and is the same each time', async () => {
    for (const kind of ['thumbnail', 'spritesheet'] as const) {
      const compose = (label: string) => composePicture({ width: 1280, height: 720, kind, label });
      const picture = await compose('SANDBOX one');
      expect(Buffer.from(picture).toString('latin1')).toContain('SANDBOX one');
      expect(Buffer.from(picture).equals(await compose('SANDBOX one'))).toBe(true);
      expect(Buffer.from(picture).equals(await compose('SANDBOX two'))).toBe(false);
    }
  });
});
