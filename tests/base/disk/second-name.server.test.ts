import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  addNameSync,
  copyDurably,
  hasSeveralNames,
  identityOf,
  isSameFile,
  isWithoutHardLinks,
  renameDurablySync,
} from '#lib/base/disk/second-name.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const put = (name: string, text: string) => writeFileSync(at(name), text);

beforeEach(() => {
  folder = temporaryFolder();
  put('film', 'one');
});

describe('a second name of a file', () => {
  it('is given once, and asking again changes nothing', () => {
    addNameSync(at('film'), at('name'));
    addNameSync(at('film'), at('name'));
    expect([readFileSync(at('name'), 'utf8'), isSameFile(at('film'), at('name')), hasSeveralNames(at('film'))]).toEqual(
      [...['one', true, true]],
    );
    expect(statSync(at('film')).nlink).toBe(2);
  });

  it('is not taken from another file', () => {
    put('name', 'two');
    expect(() => addNameSync(at('film'), at('name'))).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(readFileSync(at('name'), 'utf8')).toBe('two');
  });

  it('is taken where that file may lose it, and nothing is left of the way there', () => {
    put('name', 'two');
    const abandoned = `.name.${'0'.repeat(32)}.tmp`;
    linkSync(at('film'), at(abandoned));
    addNameSync(at('film'), at('name'), { replaces: true });
    expect(readFileSync(at('name'), 'utf8')).toBe('one');
    expect(readdirSync(folder).sort()).toEqual(['film', 'name']);
  });
});

describe('a copy, where there are no second names', () => {
  it('is whole, replaces no file of its temporary name, and then takes the name', async () => {
    await copyDurably(at('film'), at('copy.tmp'));
    await expect(copyDurably(at('film'), at('copy.tmp'))).rejects.toMatchObject({ code: 'EEXIST' });
    put('name', 'two');
    renameDurablySync(at('copy.tmp'), at('name'));
    expect([readFileSync(at('name'), 'utf8'), isSameFile(at('film'), at('name'))]).toEqual(['one', false]);
  });

  it.each<[string, object, boolean]>([
    ['a file system without hard links', { syscall: 'link', code: 'ENOTSUP' }, true],
    ['a file of somebody else', { syscall: 'link', code: 'EPERM' }, true],
    ['a name that is taken', { syscall: 'link', code: 'EEXIST' }, false],
    ['a folder that cannot be written', { syscall: 'rename', code: 'EPERM' }, false],
  ])('is the way for %s: %s', (_what, fields, isWay) => {
    expect(isWithoutHardLinks(Object.assign(new Error('x'), fields))).toBe(isWay);
  });
});

describe('the identity of a file', () => {
  it('is another one after a write, and for another file', () => {
    const before = identityOf(at('film'));
    expect(before).toBe(identityOf(at('film')));
    put('other', 'one');
    put('film', 'longer');
    expect(new Set([before, identityOf(at('film')), identityOf(at('other'))]).size).toBe(3);
  });

  it('is none of what is no plain file: two that are missing are not the same', () => {
    mkdirSync(at('folder'));
    symlinkSync('film', at('link'));
    for (const name of ['folder', 'link', 'none']) {
      expect([identityOf(at(name)), hasSeveralNames(at(name)), isSameFile(at(name), at(name))]).toEqual([
        ...[undefined, false, false],
      ]);
    }
    rmSync(at('film'));
    expect(isSameFile(at('film'), at('none'))).toBe(false);
  });
});
