import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import { inspectMp4, mp4 } from '#lib/capture/formats/mp4.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { inMemory } from '../../fixtures/media-files.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 300_000, width: 1280, height: 720, durationSeconds: 5 });
});
const it = useCaptureCase();

function sizedBox(type: string, size: number, body = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

function largeBox(type: string, size: bigint, body = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(size);
  return Buffer.concat([sizedBox(type, 1), length, body]);
}

describe('the boxes of an MP4', () => {
  const ftyp = sizedBox('ftyp', 16, Buffer.from('isom\0\0\0\0'));
  const cases: Array<[string, () => Buffer, RegExp | undefined]> = [
    ['whole', () => video, undefined],
    ['with a free box behind', () => Buffer.concat([video, sizedBox('free', 8)]), undefined],
    ['with a last box of size 0', () => Buffer.concat([video, sizedBox('free', 0, Buffer.alloc(99))]), undefined],
    ['with a 64-bit size', () => Buffer.concat([video, largeBox('free', 116n, Buffer.alloc(100))]), undefined],
    ['empty', () => Buffer.alloc(0), /empty/],
    ['without its last byte', () => video.subarray(0, -1), /mdat box ends 1 bytes after/],
    ['half', () => video.subarray(0, video.length / 2), /mdat box ends/],
    ['with a stray byte behind', () => Buffer.concat([video, Buffer.from([0])]), undefined],
    ['with text behind', () => Buffer.concat([video, Buffer.from('hello world, hello')]), undefined],
    ['with zeros behind', () => Buffer.concat([video, Buffer.alloc(64)]), undefined],
    [
      'with a 64-bit size past the end',
      () => Buffer.concat([video, largeBox('mdat', 117n, Buffer.alloc(100))]),
      /after/,
    ],
    ['with a 64-bit size cut short', () => Buffer.concat([video, sizedBox('mdat', 1)]), /cut short/],
    ['with an absurd 64-bit size', () => Buffer.concat([video, largeBox('mdat', 2n ** 63n)]), /impossible/],
    ['with an impossible size', () => Buffer.concat([video, sizedBox('mdat', 7)]), /impossible size 7/],
    ['not beginning with ftyp', () => Buffer.concat([sizedBox('free', 8), video]), /start with an ftyp/],
    ['without moov', () => Buffer.concat([ftyp, sizedBox('mdat', 8)]), /no moov/],
    ['without mdat', () => Buffer.concat([ftyp, sizedBox('moov', 8)]), /no mdat/],
    [
      'with an empty moov',
      () => Buffer.concat([ftyp, sizedBox('moov', 8), sizedBox('mdat', 8)]),
      /cannot be read|no video track/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => {
    const path = join(it.folder, 'x.mp4');
    writeFileSync(path, make());
    const found = await inspectAsset(path, mp4);
    if (problem) expect(found.problem).toMatch(problem);
    else expect(found).toMatchObject({ media: { durationSeconds: 5, width: 1280, height: 720 } });
    expect(found.problem === undefined).toBe(problem === undefined);
  });

  test('of every length but the full one are never whole', async () => {
    const small = await makeMp4({ sizeBytes: 16, durationSeconds: 0.1 });
    for (let length = 0; length < small.length; length += 1) {
      const inspecting = inspectMp4(inMemory(small.subarray(0, length)));
      await expect(inspecting, `${length} bytes`).rejects.toThrow(NotWhole);
    }
    expect(await inspectMp4(inMemory(small))).toMatchObject({ media: { width: 320 } });
  });

  test('a file that is not there is `not-found`', async () => {
    await expect(inspectAsset(join(it.folder, 'none.mp4'), mp4)).rejects.toMatchObject({ code: 'not-found' });
  });
});
