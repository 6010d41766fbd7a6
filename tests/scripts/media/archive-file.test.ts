import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { archiveAnswer, ReelError, type ZipSource } from '#lib/media/index.ts';
import { writeArchive } from '../../../scripts/media/archive-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const FILM = Buffer.alloc(300_000, 'film');

function source(version = 'v1'): ZipSource {
  return {
    ...{ name: 'film.mp4', sizeBytes: FILM.length, modifiedMs: 0, version },
    crc32: async () => crc32(FILM),
    open: async ({ start, end }) => new Blob([FILM.subarray(start, end + 1)]).stream(),
  };
}

/** A place for the archive of these sources, and what was asked of it. */
function place(sources: ZipSource[] = [source()]) {
  const folder = temporaryFolder();
  const asked: Array<string | null> = [];
  const progress: number[] = [];
  const path = join(folder, 'p1.zip');
  const answer = (request: Request) => archiveAnswer(sources, { fileName: 'p1.zip', request });
  const open = async (request: Request) => {
    asked.push(request.method === 'HEAD' ? 'HEAD' : request.headers.get('range'));
    return answer(request);
  };
  const whole = async () => Buffer.from(await answer(new Request('http://localhost/')).arrayBuffer());
  const write = (from = open) => writeArchive(from, path, ({ bytesWritten }) => progress.push(bytesWritten));
  return { folder, path, asked, progress, open, whole, write, names: () => readdirSync(folder).sort() };
}

/** Breaks off in the middle of the body. */
async function brokenOff(answer: Response, error: Error): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.length / 2)),
    pull: (controller) => controller.error(error),
  });
  return new Response(answer.body && body, answer);
}

it('takes its name when it is whole', async () => {
  const { path, progress, whole, write, names } = place();
  const bytes = await whole();
  expect(await write()).toBe(bytes.length);
  expect(readFileSync(path)).toEqual(bytes);
  expect(progress.at(-1)).toBe(bytes.length);
  expect(names()).toEqual(['p1.zip']);
});

it('goes on where it broke off', async () => {
  const { path, asked, open, whole, write, names } = place();
  const bytes = await whole();
  const stopped = new ReelError('aborted', 'stopped');
  await expect(write(async (request) => brokenOff(await open(request), stopped))).rejects.toBe(stopped);
  expect(names()).toEqual([expect.stringMatching(/^p1\.zip\.[\w-]{16}\.part$/)]);
  await write();
  expect(asked).toEqual(['HEAD', 'bytes=0-', 'HEAD', `bytes=${Math.floor(bytes.length / 2)}-`]);
  expect(readFileSync(path)).toEqual(bytes);
  expect(names()).toEqual(['p1.zip']);
});

it('takes a part that is whole as it is', async () => {
  const { folder, path, asked, open, whole, write, names } = place();
  await expect(write(async (request) => brokenOff(await open(request), new Error('gone')))).rejects.toThrow();
  const [part = ''] = names();
  writeFileSync(join(folder, part), await whole());
  asked.length = 0;
  await write();
  expect(asked).toEqual(['HEAD']);
  expect(readFileSync(path)).toEqual(await whole());
});

it('begins anew, and removes the part, where the archive is another one by now', async () => {
  const sources = [source()];
  const { folder, path, open, whole, write, names } = place(sources);
  await expect(write(async (request) => brokenOff(await open(request), new Error('gone')))).rejects.toThrow();
  writeFileSync(join(folder, 'p1.zip.part'), 'of somebody else');
  sources[0] = source('v2');
  await write();
  expect(readFileSync(path)).toEqual(await whole());
  expect(names()).toEqual(['p1.zip', 'p1.zip.part']);
});

it('keeps no part of an archive whose file was changed meanwhile', async () => {
  const { open, write, names } = place();
  const changed = new ReelError('integrity', 'changed');
  await expect(write(async (request) => brokenOff(await open(request), changed))).rejects.toBe(changed);
  expect(names()).toEqual([]);
});

it('says which folder is not there', async () => {
  const { folder, open } = place();
  const path = join(folder, 'none', 'p1.zip');
  await expect(writeArchive(open, path, () => {})).rejects.toMatchObject({
    code: 'disk',
    message: expect.stringContaining('none'),
  });
});
