import { describe, expect, it } from 'vitest';
import { pictureFacts } from '#lib/sandbox/openai-videos/picture-facts.ts';
import { makePng, mediaFiles } from '../../fixtures/media-files.ts';

const files = await mediaFiles();
const webp = (kind: string, ...bytes: number[]) =>
  Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${kind}`, 'latin1'), Buffer.from(bytes)]);

describe('the size of a picture', () => {
  it.each<[string, Uint8Array, { width: number; height: number }]>([
    ['PNG', makePng(300, 2), { width: 300, height: 2 }],
    ['WebP, extended', webp('VP8X', 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 1, 0, 4, 0, 0), { width: 512, height: 5 }],
    ['WebP, lossless', webp('VP8L', 0, 0, 0, 0, 0x2f, 0x01, 0x80, 0, 0), { width: 2, height: 3 }],
  ])('of a %s', (_what, bytes, size) => {
    expect(pictureFacts(bytes)).toEqual(size);
  });

  it('is found in every real file, and in a part of a larger buffer', () => {
    for (const bytes of [files.png, files.jpeg, files.webp]) {
      const facts = pictureFacts(bytes);
      expect(facts?.width).toBeGreaterThan(0);
      const inside = Buffer.concat([Buffer.from('xxx'), bytes]).subarray(3);
      expect(pictureFacts(inside)).toEqual(facts);
    }
  });

  it.each([
    ['a film', files.mp4],
    ['nothing', new Uint8Array()],
    ['a PNG that is cut short', files.png.subarray(0, 18)],
    ['a JPEG that is cut short', files.jpeg.subarray(0, 6)],
    ['a JPEG whose lengths are zero', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0])],
  ])('is unknown of %s', (_what, bytes) => {
    expect(pictureFacts(bytes)).toBeUndefined();
  });
});
