import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { FolderLook } from '#lib/web/videos/library/folder-look.server.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

/** What looks at a folder find, each so long after the change before it that the time stamps tell. */
function looking(folder = temporaryFolder()) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const look = new FolderLook();
  return {
    folder,
    write: (name: string) => writeFileSync(join(folder, name), ''),
    look: (elapsedMs = 1000) => {
      vi.setSystemTime(Date.now() + elapsedMs);
      return look.look(folder);
    },
  };
}

it('finds what came and went since the last look', () => {
  const { folder, write, look } = looking();
  write('a');
  expect(look()).toEqual(['a']);
  expect(look()).toEqual([]);
  write('b');
  rmSync(join(folder, 'a'));
  expect(look()).toEqual(['a', 'b']);
  expect(look()).toEqual([]);
});

it('does not trust a time stamp that may be of two changes', () => {
  const { write, look } = looking();
  write('a');
  expect(look(0)).toEqual(['a']);
  // Within the same step of the file system's clock, at worst.
  write('b');
  expect(look(0)).toEqual(['b']);
});

it('takes a missing folder for an empty one', () => {
  const { write, look, folder } = looking();
  write('a');
  look();
  rmSync(folder, { recursive: true });
  expect(look()).toEqual(['a']);
});

it('says so where a folder cannot be listed', () => {
  const file = join(temporaryFolder(), 'a-file');
  writeFileSync(file, '');
  expect(looking(file).look()).toBe('unknown');
});
