import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DraftFiles } from '#lib/pictures/drafts.server.ts';
import { makePng } from '../fixtures/media-files.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const NAMES = ['film.poster.webp', 'film.sprites.vtt'];

function drafting() {
  const folder = temporaryFolder();
  return { folder, drafts: new DraftFiles(join(folder, 'film')), names: () => readdirSync(folder).sort() };
}

describe('the drafts of pictures', () => {
  it('take their names together, once all of them are kept', async () => {
    const { folder, drafts, names } = drafting();
    writeFileSync(drafts.pathOf('poster'), makePng(7, 5));
    writeFileSync(drafts.pathOf('spriteIndex'), 'WEBVTT');
    expect(await drafts.keep('poster')).toMatchObject({ name: NAMES[0], mimeType: 'image/png', width: 7, height: 5 });
    expect(await drafts.keep('spriteIndex')).toMatchObject({ name: NAMES[1], sizeBytes: 6 });
    expect(names().some((name) => NAMES.includes(name))).toBe(false);
    drafts.rename();
    await drafts.settle();
    expect(names()).toEqual(NAMES);
    expect(readFileSync(join(folder, NAMES[1] ?? ''), 'utf8')).toBe('WEBVTT');
    // Again, nothing is left to rename.
    drafts.rename();
  });

  it('leave what is there in place, where one was drawn and not kept', async () => {
    const { folder, drafts, names } = drafting();
    writeFileSync(join(folder, 'film.poster.webp'), 'earlier');
    writeFileSync(drafts.pathOf('poster'), makePng());
    drafts.rename();
    await drafts.clear();
    expect([names(), readFileSync(join(folder, 'film.poster.webp'), 'utf8')]).toEqual([
      ['film.poster.webp'],
      'earlier',
    ]);
  });

  it('keep no file that is missing, or no picture any more', async () => {
    const { drafts } = drafting();
    await expect(drafts.keep('poster')).rejects.toMatchObject({ code: 'disk' });
    writeFileSync(drafts.pathOf('poster'), 'half');
    await expect(drafts.keep('poster')).rejects.toMatchObject({ code: 'disk' });
  });

  it('remove those that a killed process has left an hour ago, and none that may be in use', () => {
    const { drafts, folder } = drafting();
    const inUse = drafts.pathOf('poster');
    writeFileSync(inUse, 'drawing');
    const other = new DraftFiles(join(folder, 'film'));
    expect(existsSync(inUse)).toBe(true);
    const anHourAgo = new Date(Date.now() - 3_601_000);
    utimesSync(inUse, anHourAgo, anHourAgo);
    expect(new DraftFiles(join(folder, 'film')).pathOf('poster')).not.toBe(other.pathOf('poster'));
    expect(existsSync(inUse)).toBe(false);
  });
});
