import { describe, expect, it } from 'vitest';
import { inspectWebp } from '#lib/capture/formats/webp.server.ts';
import { inMemory, WEBPS } from '../../fixtures/media-files.ts';

const read = (bytes: Buffer) => inspectWebp(inMemory(bytes));

/** A RIFF container of these chunks. */
function riff(...chunks: Array<[type: string, data: Buffer]>): Buffer {
  const body = chunks.flatMap(([type, data]) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    return [Buffer.from(type), size, data, Buffer.alloc(data.length % 2)];
  });
  const head = Buffer.from('RIFF    WEBP');
  head.writeUInt32LE(Buffer.concat(body).length + 4, 4);
  return Buffer.concat([head, ...body]);
}

function halfAChunk(): Buffer {
  const bytes = Buffer.concat([riff(['VP8L', Buffer.from([0x2f, 0, 0, 0, 0])]), Buffer.from('VP8L')]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

describe('a WebP picture', () => {
  it.each(Object.entries(WEBPS))('%s says its size', async (_kind, bytes) => {
    expect(await read(bytes)).toEqual({ media: { width: 1, height: 1 } });
  });

  it('has its size in one, two or three bytes, by its kind', async () => {
    const extended = Buffer.from([0, 0, 0, 0, 0xff, 0xff, 0x01, 0x0f, 0x27, 0x00]);
    expect((await read(riff(['VP8X', extended], ['ANMF', Buffer.alloc(3)]))).media).toEqual({
      width: 131_072,
      height: 10_000,
    });
    // 14 bits each: 16384 by 2.
    expect((await read(riff(['VP8L', Buffer.from([0x2f, 0xff, 0x7f, 0x00, 0x00])]))).media).toEqual({
      width: 16_384,
      height: 2,
    });
    const lossy = Buffer.from([0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x42, 0xe0, 0x81]);
    // The two highest bits only scale it.
    expect((await read(riff(['VP8 ', lossy]))).media).toEqual({ width: 640, height: 480 });
  });

  it('may leave out its last filling byte', async () => {
    const bytes = riff(['VP8L', Buffer.from([0x2f, 0, 0, 0, 0])]).subarray(0, -1);
    bytes.writeUInt32LE(bytes.length - 8, 4);
    expect(await read(bytes)).toEqual({ media: { width: 1, height: 1 } });
  });

  it.each<[string, Buffer, string]>([
    ['a cut one', WEBPS.moving.subarray(0, -2), 'it ends 2 bytes before its stated end'],
    ['one with a head and no picture', riff(['VP8X', Buffer.alloc(10)]), 'it contains no picture'],
    ['one with nothing in it', riff(), 'it contains no picture'],
    [
      'one whose chunk is too long',
      Buffer.from(riff(['VP8L', Buffer.alloc(4)]).fill(0xff, 16, 18)),
      'its VP8L chunk ends beyond',
    ],
    ['one with half a chunk', halfAChunk(), 'there is no chunk at byte 26'],
  ])('is not whole: %s', async (_what, bytes, problem) => {
    await expect(read(bytes)).rejects.toThrow(problem);
  });
});
