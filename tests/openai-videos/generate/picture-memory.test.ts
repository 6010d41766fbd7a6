import { describe, expect, it } from 'vitest';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { webp } from '#lib/capture/formats/webp.server.ts';
import { PictureMemory } from '#lib/openai-videos/generate/picture-memory.ts';

const FILM = Buffer.from('\0\0\0\u0018ftypmp42\0\0\0\0', 'latin1');
const PICTURE = Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1');

describe('what is known of the pictures of a server', () => {
  it.each([
    ['the film', FILM, false],
    ['an error page', Buffer.from('<html><body>Not found</body>'), true],
    ['the picture', PICTURE, true],
    ['a few bytes of the film', FILM.subarray(0, 5), true],
  ])('after %s came in place of one', (_what, bytes, isOffered) => {
    const endpoint = `https://${_what.length}.example`;
    const watched = new PictureMemory(endpoint).watch('thumbnail', webp, mp4);
    expect(watched.startsLike(bytes)).toBe(bytes === PICTURE);
    const later = new PictureMemory(endpoint);
    expect(later.isOffered('thumbnail')).toBe(isOffered);
    expect(later.isOffered('spritesheet')).toBe(true);
    expect(new PictureMemory(`${endpoint}/other`).isOffered('thumbnail')).toBe(true);
  });
});
