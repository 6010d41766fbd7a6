import { existsSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inPlaceOfLink, replaceLink } from '#lib/wanx/audit/link.server.ts';
import { videoRecord } from '../../fixtures/records/video-shelf.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function link(): string {
  const path = join(temporaryFolder(), 'film.mp4');
  symlinkSync('elsewhere.mp4', path);
  return path;
}

describe('work in the place of a link', () => {
  it('finds it free, and what it makes stays', async () => {
    const path = link();
    const done = await inPlaceOfLink(path, async () => {
      expect(existsSync(path)).toBe(false);
      writeFileSync(path, 'film');
      return 'done';
    });
    expect([done, readFileSync(path, 'utf8')]).toEqual(['done', 'film']);
  });

  it('that fails puts the link back, unless something stands there by now', async () => {
    const [path, other] = [link(), link()];
    const failing = async (made?: string) => {
      if (made) writeFileSync(made, 'film');
      throw new Error('expired');
    };
    await expect(inPlaceOfLink(path, () => failing())).rejects.toThrow('expired');
    expect(readlinkSync(path)).toBe('elsewhere.mp4');
    await expect(inPlaceOfLink(other, () => failing(other))).rejects.toThrow('expired');
    expect(readFileSync(other, 'utf8')).toBe('film');
  });
});

it('a link is not replaced by what is not known to be the film, or is not there', async () => {
  const path = link();
  const record = videoRecord({ spotId: 'rome', eraId: 'old', sha256: undefined });
  expect(await replaceLink(path, record)).toBe(false);
  expect(await replaceLink(path, { ...record, sha256: 'b' })).toBe(false);
  writeFileSync(join(path, '../elsewhere.mp4'), 'another');
  expect(await replaceLink(path, { ...record, sha256: 'b', sizeBytes: 7 })).toBe(false);
  expect(readlinkSync(path)).toBe('elsewhere.mp4');
});
