import { describe, expect, it } from 'vitest';
import { inspectJpeg } from '#lib/capture/formats/jpeg.server.ts';
import { inMemory, makeJpeg } from '../../fixtures/media-files.ts';

const JPEG = makeJpeg();
const [HEAD, CODED, END] = [JPEG.subarray(0, -8), JPEG.subarray(-8, -2), JPEG.subarray(-2)];
const read = (...parts: Uint8Array[]) => inspectJpeg(inMemory(Buffer.concat(parts)));
const SIZE = { media: { width: 1, height: 1 } };

describe('a JPEG', () => {
  it('says the size of the picture and not of its thumbnail', async () => {
    const bytes = makeJpeg({ thumbnail: true });
    const frame = bytes.lastIndexOf(Buffer.from([0xff, 0xc9]));
    bytes.writeUInt16BE(480, frame + 5);
    bytes.writeUInt16BE(640, frame + 7);
    expect(await read(bytes)).toEqual({ media: { width: 640, height: 480 } });
    bytes.writeUInt16BE(0, frame + 5);
    expect(await read(bytes)).toEqual({ media: { width: 640 } });
  });

  it.each<[string, number[]]>([
    ['a byte of the data that looks like a marker', [0xff, 0x00]],
    ['a restart', [0xff, 0xd0, 1, 0xff, 0xd7]],
    ['bytes that fill up before a marker', [0xff, 0xff, 0xff]],
  ])('goes on past %s', async (_what, data) => {
    expect(await read(HEAD, CODED, Buffer.from(data), END)).toEqual(SIZE);
  });

  it('goes on past any of these where one read ends and the next begins', async () => {
    for (let length = 16_300; length < 16_390; length += 1) {
      const data = Buffer.concat([Buffer.alloc(length, 1), Buffer.from([0xff, 0x00, 2])]);
      expect(await read(HEAD, data, END)).toEqual(SIZE);
    }
  });

  it('is read about once, though every few hundred bytes look like a marker', async () => {
    const block = Buffer.alloc(256, 1);
    block.writeUInt16BE(0xff00, 100);
    const bytes = Buffer.concat([HEAD, ...Array.from({ length: 4000 }, () => block), END]);
    let readBytes = 0;
    const file = inMemory(bytes, (length) => {
      readBytes += length;
    });
    expect(await inspectJpeg(file)).toEqual(SIZE);
    expect(readBytes).toBeLessThan(2 * bytes.length);
  });

  it.each<[string, Uint8Array[], string]>([
    ['no end', [HEAD, CODED], 'it ends before its picture does'],
    ['half a marker at its end', [HEAD, CODED, Buffer.from([0xff])], 'it ends before its picture does'],
    ['no scan', [HEAD.subarray(0, HEAD.lastIndexOf(Buffer.from([0xff, 0xda]))), END], 'it contains no picture'],
    ['no marker behind its tables', [HEAD.subarray(0, 71), Buffer.alloc(9)], 'there is no marker at byte 71'],
    ['a segment that is too long', [Buffer.from('ffd8ffe1ffff00', 'hex')], 'it ends inside a segment'],
    ['a second picture in its midst', [HEAD, CODED, JPEG], 'there is no marker at byte'],
  ])('with %s is not whole', async (_what, parts, problem) => {
    await expect(read(...parts)).rejects.toThrow(problem);
  });
});
