import { describe, expect, it } from 'vitest';
import { documentFormatOf, MEDIA_KINDS, mediaFormatOf, pngHasAlpha } from '#lib/wanx/request/media-format.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('the format of a file', () => {
  it.each<[string, string | undefined]>([
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['BM\0\0', 'bmp'],
    ['RIFF\0\0\0\0WEBP', 'webp'],
    ['RIFF\0\0\0\0WAVE', 'wav'],
    ['RIFF\0\0\0\0AVI ', 'avi'],
    ['RIFF\0\0\0\0ACON', undefined],
    ['II*\0', 'tiff'],
    ['MM\0*', 'tiff'],
    ['\0\0\0\x14ftypisom', 'mp4'],
    ['\0\0\0\x14ftypqt  ', 'mov'],
    ['ID3\x04', 'mp3'],
    ['\xff\xfb\x90', 'mp3'],
    ['\xff\xf3\x90', 'mp3'],
    // AAC in ADTS begins almost like MP3.
    ['\xff\xf1\x50', undefined],
    ['\x89PNG\n', undefined],
    ['GIF89a', undefined],
    ['<html>', undefined],
    ['', undefined],
  ])('that begins with %j is %s', (head, name) => {
    expect(mediaFormatOf(bytes(head))?.name).toBe(name);
  });

  it.each<[string, string, string | undefined]>([
    ['a.pdf', '%PDF-1.7', 'pdf'],
    ['A.PDF', '%PDF-1.7', 'pdf'],
    ['a.pdf', 'PK', undefined],
    ['a.docx', 'PK\x03\x04', 'docx'],
    ['a.pptx', 'PK\x03\x04', 'pptx'],
    ['a.md', 'any text', 'md'],
    ['a.md', '', undefined],
    ['a.zip', 'PK\x03\x04', undefined],
    ['pdf', '%PDF', undefined],
  ])('%s that begins with %j is the document %s', (path, head, name) => {
    expect(documentFormatOf(path, bytes(head))?.name).toBe(name);
  });

  it.each([
    [0, false],
    [2, false],
    [3, false],
    [4, true],
    [6, true],
  ])('a PNG of colour type %i has transparency: %s', (type, has) => {
    const head = Buffer.alloc(29);
    bytes('\x89PNG\r\n\x1a\n').copy(head);
    head[25] = type;
    expect([pngHasAlpha(head), pngHasAlpha(head.fill(0, 0, 1))]).toEqual([has, false]);
  });

  it('is a picture, a film, a sound or a text, by the role of the input', () => {
    const kinds = Object.values(MEDIA_KINDS);
    expect([MEDIA_KINDS['first-frame'], MEDIA_KINDS['reference-voice'], MEDIA_KINDS.link]).toEqual([
      'image',
      'audio',
      'address',
    ]);
    expect(new Set(kinds)).toEqual(new Set(['image', 'video', 'audio', 'document', 'address']));
  });
});
