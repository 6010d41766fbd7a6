import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFileDurablySync, makeFolder, makeFolderBelow } from '#lib/base/disk/durable-create.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

describe('createFileDurablySync', () => {
  it('creates the file and its folders, and nothing beside it', () => {
    const path = join(folder, 'a', 'b', 'new.json');
    createFileDurablySync(path, '[]\n');
    expect(readFileSync(path, 'utf8')).toBe('[]\n');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['new.json']);
  });

  it('leaves a file that is already there', () => {
    const path = join(folder, 'old.json');
    writeFileSync(path, 'precious');
    createFileDurablySync(path, '[]\n');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(readdirSync(folder)).toEqual(['old.json']);
  });

  it('creates what a link points to', () => {
    const link = join(folder, 'link.json');
    symlinkSync('target.json', link);
    createFileDurablySync(link, '[]\n');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'target.json'), 'utf8')).toBe('[]\n');
  });

  it('leaves nothing where it cannot', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => createFileDurablySync(join(folder, 'file', 'new.json'), '[]\n')).toThrow(/ENOTDIR|EEXIST/);
    expect(() => createFileDurablySync(join(folder, 'x'.repeat(300)), '[]\n')).toThrow('ENAMETOOLONG');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('makeFolder', () => {
  it('makes all that is missing, and is content with what is there', () => {
    const deep = join(folder, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
  });
});

describe('makeFolderBelow', () => {
  it('makes all that is missing below the root, and is content with what is there', () => {
    makeFolderBelow(folder, 'a/b');
    makeFolderBelow(folder, 'a/b/c');
    expect(existsSync(join(folder, 'a', 'b', 'c'))).toBe(true);
  });

  it('never makes the root', () => {
    expect(() => makeFolderBelow(join(folder, 'root'), 'a/b')).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });
});
