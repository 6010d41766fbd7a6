import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  currentBootId,
  readSidecar,
  removeSidecar,
  type Sidecar,
  writeSidecar,
} from '#lib/capture/part/sidecar.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const pathOf = () => join(temporaryFolder(), 'v.mp4.part.json');
const FULL: Sidecar = {
  source: 'https://h/v.mp4',
  etag: '"v1"',
  lastModified: 'Sat, 21 Nov 2026 10:00:00 GMT',
  totalBytes: 5,
  crc64: '7',
  coding: 'gzip',
  bootId: 'b',
};

test.each<[string, Sidecar]>([
  ['with everything', FULL],
  ['with nothing but its source', { source: 'https://h/v.mp4' }],
])('a sidecar %s reads as it was written', async (_name, sidecar) => {
  const path = pathOf();
  await writeSidecar(path, { source: 'https://h/older' });
  await writeSidecar(path, sidecar);
  expect(await readSidecar(path)).toEqual(sidecar);
  expect(JSON.parse(readFileSync(path, 'utf8')).version).toBe(1);
});

test.each([
  '',
  '{"version":1,"sou',
  'null',
  '[]',
  '{"source":"s"}',
  '{"version":2,"source":"s"}',
  '{"version":1}',
  '{"version":1,"source":5}',
  '{"version":1,"source":"s","totalBytes":-1}',
  '{"version":1,"source":"s","totalBytes":1.5}',
  '{"version":1,"source":"s","crc64":7}',
  '{"version":1,"source":"s","etag":5}',
  '{"version":1,"source":"s","bootId":null}',
])('%j is no sidecar: the part is fetched from the start', async (text) => {
  const path = pathOf();
  writeFileSync(path, text);
  expect(await readSidecar(path)).toBeUndefined();
});

test('a sidecar that is not there is none, and can be removed', async () => {
  const path = pathOf();
  expect(await readSidecar(path)).toBeUndefined();
  await expect(removeSidecar(path)).resolves.toBeUndefined();
});

test('a disk that cannot be read is not a missing sidecar', async () => {
  const path = pathOf();
  mkdirSync(path);
  await expect(readSidecar(path)).rejects.toMatchObject({ code: 'disk', stage: 'downloading' });
  const loop = pathOf();
  symlinkSync(loop, loop);
  await expect(readSidecar(loop)).rejects.toMatchObject({ name: 'ReelError', stage: 'downloading' });
});

test('the run of the operating system has the same name twice', async () => {
  expect(await currentBootId()).toBe(await currentBootId());
});
