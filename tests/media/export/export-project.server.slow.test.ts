import { spawnSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  ftruncateSync,
  openSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { addMediaItem, exportProject, type MediaLibrary, mediaRecords } from '#lib/media/index.ts';
import { openRoot } from '#lib/media/root/media-root.server.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { toNodeHandler } from '#lib/web/index.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { readCentral, readEnd, readLocal } from '../../fixtures/media/zip-reader.ts';
import { openFiles } from '../../fixtures/open-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const GIB = 1024 ** 3;
const FOLDER = 'projects/p1/videos';
/** Opens an archive as strictly as it can, and compares every local header with the directory. */
const PYTHON = `
import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([len(z.namelist()), sum(i.file_size for i in z.infolist()), z.namelist()[0], len(json.loads(z.read('manifest.json'))['items'])]))
`;

const runs = (command: string, words: string[]) =>
  spawnSync(command, words, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
const has = (command: string, words: string[]) => process.env.CI !== undefined || runs(command, words).status === 0;

/** A library in memory, so that thousands of records cost nothing. */
async function library(): Promise<MediaLibrary & { folder: string }> {
  const project = mediaProject();
  const made = { ...project, store: createMemoryStore({ format: mediaRecords.format }) };
  await openRoot(made);
  makeFolder(join(made.root, FOLDER));
  return made;
}

/** @param content at the end of the file, which is a hole otherwise */
async function addFile(media: MediaLibrary, name: string, content: string, sizeBytes = content.length) {
  const handle = openSync(join(media.root, FOLDER, name), 'w');
  ftruncateSync(handle, sizeBytes);
  writeSync(handle, content, sizeBytes - content.length);
  closeSync(handle);
  await addMediaItem('p1', { localPath: `${FOLDER}/${name}`, fileSize: sizeBytes }, { library: media });
}

async function exportedTo(path: string, media: MediaLibrary): Promise<number> {
  const response = await exportProject('p1', { library: media });
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(path));
  return Number(response.headers.get('content-length'));
}

async function bytesAt(path: string, start: number, length: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(createReadStream(path, { start, end: start + length - 1 })));
}

/** Compares every local header with its entry in the directory. */
async function assertHeaders(path: string, sizeBytes: number): Promise<number> {
  const tail = await bytesAt(path, sizeBytes - 98, 98);
  const isZip64 = tail.readUInt32LE(0) === 0x06064b50;
  const end = readEnd(isZip64 ? tail : tail.subarray(76));
  const directory = await bytesAt(path, end.start, end.sizeBytes);
  let at = 0;
  for (let count = 0; count < end.entries; count += 1) {
    const { headerBytes, offset, zip64Values: _central, ...central } = readCentral(directory, at);
    const { headerBytes: _own, zip64Values: _local, ...local } = readLocal(await bytesAt(path, offset, 400));
    expect(local).toEqual(central);
    expect(local.flags & 8).toBe(0);
    at += headerBytes;
  }
  expect(at).toBe(directory.length);
  return end.entries;
}

function assertOpens(path: string): unknown {
  const unzip = runs('unzip', ['-tq', path]);
  expect([unzip.status, unzip.stderr, unzip.stdout]).toEqual([0, '', expect.stringContaining('No errors detected')]);
  const python = runs('python3', ['-c', PYTHON, path]);
  expect([python.status, python.stderr]).toEqual([0, '']);
  return JSON.parse(python.stdout);
}

describe.skipIf(!has('unzip', ['-v']) || !has('python3', ['--version']))('unzip and Python open', () => {
  it('an archive of 2,000 items', async () => {
    const media = await library();
    for (let count = 0; count < 2000; count += 1) await addFile(media, `Clip ${count} – ä.mp4`, `film ${count}`);
    const path = join(temporaryFolder(), 'p1.zip');
    const sizeBytes = await exportedTo(path, media);
    expect(await assertHeaders(path, sizeBytes)).toBe(2001);
    expect(assertOpens(path)).toMatchObject({ 0: 2001, 2: 'manifest.json', 3: 2000 });
  }, 120_000);

  const { bavail, bsize } = statfsSync(process.cwd());
  it.skipIf(bavail * bsize < 12 * GIB)(
    'one of more than 4 GiB (needs 12 GB of free disk)',
    async () => {
      const media = await library();
      await addFile(media, 'first.mp4', 'before');
      await addFile(media, 'large.mp4', 'the end of a large film', 2 ** 32 + 1);
      await addFile(media, 'last.mp4', 'beyond 4 GiB');
      const path = join(temporaryFolder(), 'p1.zip');
      const before = process.memoryUsage().rss;
      const sizeBytes = await exportedTo(path, media);
      // Streams and their garbage, not the file.
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 ** 2);
      expect(await assertHeaders(path, sizeBytes)).toBe(4);
      expect(assertOpens(path)).toMatchObject({ 0: 4, 3: 3 });
      const request = new Request('http://localhost/', { headers: { range: 'bytes=-2000' } });
      const part = await exportProject('p1', { library: media, request });
      expect(Buffer.from(await part.arrayBuffer())).toEqual(await bytesAt(path, sizeBytes - 2000, 2000));
    },
    600_000,
  );
});

it('200 clients that leave after 64 KiB leave no file open', async () => {
  const media = await library();
  for (let count = 0; count < 3; count += 1) await addFile(media, `clip-${count}.mp4`, 'end', 30 * 1024 ** 2);
  const server = createServer(toNodeHandler((request) => exportProject('p1', { library: media, request })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  for (let count = 0; count < 20; count += 1) {
    await Promise.all(Array.from({ length: 10 }, () => leavesEarly(`http://127.0.0.1:${port}/`)));
  }
  await expect.poll(() => openFiles(media.root), { timeout: 2000 }).toEqual([]);
}, 120_000);

/** Resolves once the client has received 64 KiB and cut the connection. */
async function leavesEarly(address: string): Promise<void> {
  const { promise: answered, resolve } = Promise.withResolvers<IncomingMessage>();
  const request = get(address, { agent: false }, resolve).on('error', () => {});
  let received = 0;
  for await (const piece of await answered) {
    received += piece.length;
    if (received >= 64 * 1024) break;
  }
  request.destroy();
}
