import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  publishFile,
  type RenameStep,
  syncFolder,
  writeAll,
  writeFileDurably,
} from '#lib/base/disk/durable-publish.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { type FileHandles, fileHandlePrototype } from '../../fixtures/file-handle.ts';
import { openFiles } from '../../fixtures/open-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const failure = (code: string) => Object.assign(new Error(`${code}: injected`), { code });

let folder: string;
let path: string;
let handles: FileHandles;

beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder, 'final.json');
  handles = await fileHandlePrototype();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Every write stores at most `bytes`, as a disk that is nearly full or a quota may do. */
function writeAtMost(bytes: number) {
  const { write } = handles;
  return vi.spyOn(handles, 'write').mockImplementation(function (
    this: FileHandles,
    buffer,
    offset = 0,
    length = buffer.length,
    position,
  ) {
    return write.call(this, buffer, offset, Math.min(length, bytes), position);
  });
}

describe('writeAll', () => {
  const data = Buffer.from('0123456789');

  it.each([
    ['from where the handle stands', undefined, '0123456789'],
    ['at a position', 4, '\0\0\0\x000123456789'],
  ])('writes all, %s, however little is taken at a time', async (_, position, expected) => {
    const spy = writeAtMost(3);
    const handle = await open(path, 'w');
    await writeAll(handle, data, position);
    await handle.close();
    expect(spy).toHaveBeenCalledTimes(4);
    expect(readFileSync(path, 'latin1')).toBe(expected);
  });

  it('writes a part of a larger buffer, and nothing', async () => {
    const handle = await open(path, 'w');
    await writeAll(handle, data.subarray(2, 5));
    await writeAll(handle, data.subarray(0, 0));
    await handle.close();
    expect(readFileSync(path, 'latin1')).toBe('234');
  });

  it('gives up when nothing is taken any more', async () => {
    writeAtMost(0);
    const handle = await open(path, 'w');
    await expect(writeAll(handle, data)).rejects.toThrow('0 of 10 bytes');
    await handle.close();
  });
});

describe('writeFileDurably', () => {
  it('creates and replaces', async () => {
    await writeFileDurably(path, 'grüß dich');
    expect(readFileSync(path, 'utf8')).toBe('grüß dich');
    await writeFileDurably(path, new Uint8Array([1, 2, 3]));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual(['final.json']);
  });

  it('syncs the file before it has its name, and the folder after', async () => {
    writeFileSync(path, 'old');
    const { sync } = handles;
    const seen: string[] = [];
    vi.spyOn(handles, 'sync').mockImplementation(function (this: FileHandles) {
      seen.push(readFileSync(path, 'utf8'));
      return sync.call(this);
    });
    await writeFileDurably(path, 'new');
    expect(seen).toEqual(['old', 'new']);
    expect(openFiles(folder)).toEqual([]);
  });

  it.each(['ENOSPC', 'EDQUOT', 'EIO'])('keeps the old file when %s follows a short write', async (errno) => {
    writeFileSync(path, 'old');
    writeAtMost(2).mockRejectedValueOnce(failure(errno));
    await expect(writeFileDurably(path, 'something new')).rejects.toMatchObject({
      code: errno === 'EIO' ? 'disk' : 'disk-full',
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['final.json']);
    expect(openFiles(folder)).toEqual([]);
  });

  it('throws the file away after a failed fsync, and never syncs it again', async () => {
    writeFileSync(path, 'old');
    const sync = vi.spyOn(handles, 'sync').mockRejectedValueOnce(failure('EIO'));
    await expect(writeFileDurably(path, 'new')).rejects.toMatchObject({ code: 'disk', cause: { code: 'EIO' } });
    expect(sync).toHaveBeenCalledTimes(1);
    expect(openFiles(folder)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['final.json']);
  });

  it('does not report success when the folder could not be synced', async () => {
    const { sync } = handles;
    vi.spyOn(handles, 'sync').mockImplementationOnce(sync).mockRejectedValueOnce(failure('EIO'));
    await expect(writeFileDurably(path, 'new')).rejects.toMatchObject({ code: 'disk' });
    expect(readdirSync(folder)).toEqual(['final.json']);
  });

  it('replaces the target of a link, and also makes one that is missing', async () => {
    const link = join(folder, 'link.json');
    symlinkSync('final.json', link);
    await writeFileDurably(link, 'first');
    await writeFileDurably(link, 'second');
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('keeps the mode of the file that it replaces, and gives a new one the mode asked for', async () => {
    writeFileSync(path, 'private');
    chmodSync(path, 0o666);
    await writeFileDurably(path, 'still');
    expect(statSync(path).mode & 0o777).toBe(0o666);
    chmodSync(path, 0o600);
    await writeFileDurably(path, 'still private');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const other = join(folder, 'other');
    await writeFileDurably(other, '', 0o600);
    expect(statSync(other).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['its folder is missing', () => join(folder, 'missing', 'final.json')],
    ['a folder stands in its place', () => folder],
    ['its name is too long', () => join(folder, 'x'.repeat(300))],
    ['links go round in a circle', () => join(folder, 'circle')],
  ])('ends as a disk error when %s, leaving nothing', async (_, pathOf) => {
    symlinkSync('circle', join(folder, 'circle'));
    await expect(writeFileDurably(pathOf(), 'new')).rejects.toMatchObject({ code: 'disk', stage: 'recording' });
    expect(readdirSync(folder)).toEqual(['circle']);
  });
});

describe('publishFile', () => {
  it('moves a written file to its final path', async () => {
    const part = join(folder, 'final.json.part');
    const handle = await open(part, 'w');
    await handle.write('whole');
    await publishFile(handle, part, path);
    expect(readFileSync(path, 'utf8')).toBe('whole');
    expect(readdirSync(folder)).toEqual(['final.json']);
  });
});

describe('publishFile within a step of the caller’s', () => {
  const calledOff = new ReelError('busy', 'called off');
  async function publishWithin(within: RenameStep) {
    const part = join(folder, 'final.json.part');
    const handle = await open(part, 'w');
    await handle.write('whole');
    return publishFile(handle, part, path, within);
  }

  it('renames at the moment that it chooses, the file synced and closed before', async () => {
    const sync = vi.spyOn(handles, 'sync');
    await publishWithin(async (rename) => {
      expect(sync).toHaveBeenCalledOnce();
      expect(openFiles(folder)).toEqual([]);
      rename();
      expect(readFileSync(path, 'utf8')).toBe('whole');
    });
    expect(sync).toHaveBeenCalledTimes(2);
    expect(readdirSync(folder)).toEqual(['final.json']);
  });

  it('leaves both files as they were when it is called off', async () => {
    writeFileSync(path, 'older');
    await expect(publishWithin(() => Promise.reject(calledOff))).rejects.toBe(calledOff);
    expect(readFileSync(path, 'utf8')).toBe('older');
    expect(readFileSync(join(folder, 'final.json.part'), 'utf8')).toBe('whole');
  });

  it('stands by what has been renamed, whatever the step says afterwards', async () => {
    await publishWithin(async (rename) => {
      rename();
      throw calledOff;
    });
    expect(readFileSync(path, 'utf8')).toBe('whole');
  });

  it('reports a rename that fails as a disk error, and keeps the file', async () => {
    mkdirSync(path);
    await expect(publishWithin(async (rename) => rename())).rejects.toMatchObject({ code: 'disk' });
    expect(readdirSync(folder)).toEqual(['final.json', 'final.json.part']);
  });

  it('does not come to the step when the file cannot be synced', async () => {
    vi.spyOn(handles, 'sync').mockRejectedValueOnce(failure('EIO'));
    await expect(publishWithin(() => expect.unreachable())).rejects.toMatchObject({ code: 'disk' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('syncFolder', () => {
  it.each(['EINVAL', 'ENOTSUP', 'EBADF'])('lets %s pass: this file system cannot do it', async (errno) => {
    vi.spyOn(handles, 'sync').mockRejectedValueOnce(failure(errno));
    await expect(syncFolder(folder)).resolves.toBeUndefined();
  });

  it('reports anything else, and closes the folder', async () => {
    vi.spyOn(handles, 'sync').mockRejectedValueOnce(failure('EIO'));
    await expect(syncFolder(folder)).rejects.toThrow('EIO');
    expect(openFiles(folder)).toEqual([]);
  });
});
