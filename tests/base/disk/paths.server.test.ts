import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { realTarget, removeAbandonedTemporaries, temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(at('data'));
  writeFileSync(at('data', 'there.json'), '');
  symlinkSync('data', at('folder-link'));
  symlinkSync('data/there.json', at('link'));
  symlinkSync('link', at('link-to-link'));
  symlinkSync('folder-link/missing.json', at('dangling'));
  symlinkSync('../dangling', at('data', 'dangling-up'));
  symlinkSync('absent/missing.json', at('dangling-deep'));
  symlinkSync('circle', at('circle'));
});

describe('realTarget', () => {
  it.each([
    ['data/there.json', 'data/there.json'],
    ['folder-link/there.json', 'data/there.json'],
    ['link', 'data/there.json'],
    ['link-to-link', 'data/there.json'],
    ['data/../link', 'data/there.json'],
    ['missing.json', 'missing.json'],
    ['folder-link/missing.json', 'data/missing.json'],
    ['dangling', 'data/missing.json'],
    ['folder-link/dangling-up', 'data/missing.json'],
    ['dangling-deep', 'absent/missing.json'],
    ['absent/folder/missing.json', 'absent/folder/missing.json'],
  ])('of %s is %s', (path, expected) => {
    expect(realTarget(at(path))).toBe(at(expected));
    expect(realTarget(relative(process.cwd(), at(path)))).toBe(at(expected));
  });

  it('refuses a circle of links and a file in place of a folder', () => {
    expect(() => realTarget(at('circle'))).toThrow('ELOOP');
    expect(() => realTarget(at('link', 'below'))).toThrow('ENOTDIR');
  });
});

describe('temporary files', () => {
  it('lie beside their target under a name that nobody else picks', () => {
    const names = new Set(Array.from({ length: 100 }, () => temporaryPathFor(at('final.json'))));
    expect(names.size).toBe(100);
    for (const name of names) expect(dirname(name)).toBe(folder);
  });

  it('are removed when abandoned, those of this target only', () => {
    const abandoned = temporaryPathFor(at('final.json'));
    const kept = [temporaryPathFor(at('other.json')), at('.final.json.notes.tmp'), at('final.json.part')];
    for (const path of [abandoned, ...kept]) writeFileSync(path, '');
    removeAbandonedTemporaries(at('final.json'));
    const names = readdirSync(folder);
    expect(kept.every((path) => names.includes(relative(folder, path)))).toBe(true);
    expect(names).not.toContain(relative(folder, abandoned));
    removeAbandonedTemporaries(at('absent', 'final.json'));
  });
});
