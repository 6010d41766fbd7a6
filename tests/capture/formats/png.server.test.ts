import { describe, expect, it } from 'vitest';
import { inspectPng, png } from '#lib/capture/formats/png.server.ts';
import { inMemory, makePng, pngChunk } from '../../fixtures/media-files.ts';

const PNG = makePng(7, 5);
const [HEAD, END] = [PNG.subarray(0, 33), pngChunk('IEND', Buffer.alloc(0))];
const read = (...parts: Uint8Array[]) => inspectPng(inMemory(Buffer.concat(parts)));

describe('a PNG', () => {
  it('says its size', async () => {
    expect(await read(PNG)).toEqual({ media: { width: 7, height: 5 } });
    expect(png.startsLike(PNG.subarray(0, 7))).toBe(false);
  });

  it('shows any changed byte in the checksum of its chunk', async () => {
    for (let at = 8; at < PNG.length; at += 1) {
      const bytes = Buffer.from(PNG);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await expect(read(bytes), `byte ${at}`).rejects.toThrow();
    }
  });

  it('is checked over chunks that are longer than one read', async () => {
    const noise = Buffer.alloc(50_000, 'text');
    const bytes = Buffer.concat([HEAD, pngChunk('IDAT', noise), END]);
    expect(await read(bytes)).toEqual({ media: { width: 7, height: 5 } });
    bytes[40_000] = 0;
    await expect(read(bytes)).rejects.toThrow('its IDAT chunk is damaged');
  });

  it.each<[string, Uint8Array[], string]>([
    ['no picture between head and end', [HEAD, END], 'it contains no picture'],
    ['no end', [PNG.subarray(0, -12)], 'it ends before its last chunk'],
    ['no head first', [PNG.subarray(0, 8), END], 'its first chunk is not a header'],
    ['no chunk where one must be', [HEAD, Buffer.alloc(12)], 'there is no chunk at byte 33'],
    ['a picture without a size', [makePng(0, 5)], 'its picture has no size'],
    ['a chunk beyond its end', [HEAD, Buffer.from('7fffffff49444154', 'hex')], 'its IDAT chunk ends beyond the end'],
  ])('with %s is not whole', async (_what, parts, problem) => {
    await expect(read(...parts)).rejects.toThrow(problem);
  });
});
