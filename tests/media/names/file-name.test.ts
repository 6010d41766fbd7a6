import { describe, expect, it } from 'vitest';
import {
  freeName,
  generatedFileName,
  isSafeFileName,
  mediaFileName,
  nameKey,
  safeFileName,
} from '#lib/media/names/file-name.ts';

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe('a safe file name', () => {
  it.each([
    ['clip.mp4', 'clip.mp4'],
    ['clip', 'clip.mp4'],
    ['../../etc/passwd', '-..-etc-passwd.mp4'],
    ['a/b\\c:d*e?f"g<h>i|j.webm', 'a-b-c-d-e-f-g-h-i-j.webm'],
    ['CON', '_CON.mp4'],
    ['con.mp4', '_con.mp4'],
    ['nul .mp4', '_nul.mp4'],
    ['COM¹.mp4', '_COM¹.mp4'],
    ['LPT0.txt', '_LPT0.txt'],
    ['console.mp4', 'console.mp4'],
    ['trailing. . ', 'trailing.mp4'],
    ['.hidden.mp4', 'hidden.mp4'],
    ['line\nbreak\u0000.mp4', 'line-break-.mp4'],
    ['turned\u202e4pm.mp4', 'turned-4pm.mp4'],
    ['e\u0301.mp4', 'é.mp4'],
    ['half\ud800.mp4', 'half\ufffd.mp4'],
    ['Clip v1.5', 'Clip v1.5.mp4'],
    ['clip.part', 'clip.part.mp4'],
    ['clip.mp4.PART', 'clip.mp4.PART.mp4'],
    ['clip.part.json', 'clip.part.json.mp4'],
    ['clip.partial', 'clip.partial'],
    ['', 'video.mp4'],
    ['...', 'video.mp4'],
    ['/', 'video.mp4'],
  ])('of %j is %j', (given, name) => {
    expect(safeFileName(given, '.mp4')).toBe(name);
    expect(safeFileName(name, '.mp4')).toBe(name);
  });

  it.each([['a'.repeat(300)], ['é'.repeat(300)], ['🏰'.repeat(90)], [`${'天'.repeat(200)}.webm`]])(
    'has at most 110 bytes, and no half character: %#',
    (given) => {
      const name = safeFileName(given, '.mp4');
      expect(bytes(name)).toBeLessThanOrEqual(110);
      expect(bytes(name)).toBeGreaterThan(100);
      expect(name.isWellFormed()).toBe(true);
      expect(name).not.toContain('\ufffd');
      expect(name).toMatch(/\.(mp4|webm)$/);
    },
  );

  it('is made from the model and the time where none is given', () => {
    expect(generatedFileName('ltxv2_fast_t2v', 1763529508058, '.mp4')).toBe(
      'AI-Video-ltxv2_fast_t2v-1763529508058.mp4',
    );
    expect(generatedFileName('fal-ai/veo3/../fast', 1, '.mp4')).toBe('AI-Video-fal-ai-veo3-..-fast-1.mp4');
    expect(generatedFileName(undefined, 1, '.mp4')).toBe('AI-Video-video-1.mp4');
    expect(bytes(generatedFileName('x'.repeat(500), Date.now(), '.mp4'))).toBeLessThanOrEqual(110);
  });
});

it.each([
  ['clip.MP4', '.mp4', 'clip.MP4'],
  ['clip.webm', '.mp4', 'clip.webm'],
  ['clip', '.mp4', 'clip.mp4'],
  ['setup.exe', '.mp4', 'setup.exe.mp4'],
  ['clip.mp4.poster.webp', '.mp4', 'clip.mp4.poster.webp.mp4'],
  ['photo.png', '.jpg', 'photo.png'],
  ['photo.mp4', '.jpg', 'photo.mp4.jpg'],
  [`${'a'.repeat(300)}.exe`, '.mp4', `${'a'.repeat(106)}.mp4`],
])('the file of an item called %j, of a kind as %s, is %j', (given, extension, name) => {
  expect(mediaFileName(given, extension)).toBe(name);
});

describe('a free name', () => {
  const among = (...names: string[]) => {
    const taken = new Set(names.map(nameKey));
    return (key: string) => taken.has(key);
  };

  it.each([
    ['clip.mp4', [], 'clip.mp4'],
    ['clip.mp4', ['clip.mp4'], 'clip-2.mp4'],
    ['clip.mp4', ['CLIP.MP4', 'clip-2.mp4'], 'clip-3.mp4'],
    ['é.mp4', ['e\u0301.mp4'], 'é-2.mp4'],
    ['clip', ['clip'], 'clip-2'],
    ['clip.mp4', ['clip.MP4'], 'clip-2.mp4'],
    ['Clip v1.5', ['clip v1.5'], 'Clip v1.5-2'],
  ])('for %j beside %j is %j', (name, taken, free) => {
    expect(freeName(name, among(...taken))).toBe(free);
  });

  it('stays within the limit', () => {
    const name = safeFileName('a'.repeat(300), '.mp4');
    expect(bytes(freeName(name, among(name)))).toBeLessThanOrEqual(110);
    expect(freeName(name, among(name))).toMatch(/a-2\.mp4$/);
  });
});

it.each([
  ['clip.mp4', true],
  ['..', false],
  ['a/b', false],
  ['CON', false],
  ['', false],
  ['a. ', false],
])('%j from outside can be one of our files: %s', (name, isSafe) => {
  expect(isSafeFileName(name)).toBe(isSafe);
});
