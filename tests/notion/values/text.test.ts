import { describe, expect, it } from 'vitest';
import { errorText, fittingText } from '#lib/notion/values/text.ts';

describe('fittingText', () => {
  it.each([
    ['a short text', 'abc', 'abc'],
    ['exactly the limit', 'x'.repeat(2000), 'x'.repeat(2000)],
    ['one too many', 'x'.repeat(2001), 'x'.repeat(2000)],
    ['an emoji across the limit', `${'x'.repeat(1999)}😀`, 'x'.repeat(1999)],
    ['an emoji just before it', `${'x'.repeat(1998)}😀y`, `${'x'.repeat(1998)}😀`],
    ['only emoji', '😀'.repeat(1500), '😀'.repeat(1000)],
    ['half a character', 'a\ud83db', 'a\ufffdb'],
    ['the other half', '\ude00', '\ufffd'],
    ['NUL', 'a\0b', 'a\ufffdb'],
  ])('fits %s', (_what, text, fitting) => {
    expect(fittingText(text)).toBe(fitting);
    expect(fittingText(text).isWellFormed()).toBe(true);
  });
});

describe('errorText', () => {
  const expiresAt = new Date('2026-11-21T10:30:00Z');

  it('says the kind, what happened and the details', () => {
    expect(
      errorText('download_failed', 'The window is over.', { soraVideoId: 'video_1', expiresAt, retryCount: 0 }),
    ).toBe(
      'download_failed: The window is over. (soraVideoId: video_1, expiresAt: 2026-11-21T10:30:00.000Z, retryCount: 0)',
    );
  });

  it('leaves out what is not known, and never shows a secret', () => {
    const url = 'https://bucket.example/a.mp4?X-Amz-Signature=abcdef0123456789';
    const text = errorText('failed', `GET ${url} with Bearer sk-abcdefghijkl`, { a: undefined, b: null, c: '', url });
    expect(text).not.toMatch(/abcdef|undefined|null|a:|c:/);
    expect(text).toContain('https://bucket.example/a.mp4');
  });

  it('cuts the message and keeps the details, within the limit', () => {
    const text = errorText('failed', '😀'.repeat(3000), { id: 'video_1', deep: { list: [1, 2] } });
    expect(text.length).toBeLessThanOrEqual(2000);
    expect(text).toMatch(/\(id: video_1, deep: \{"list":\[1,2\]\}\)$/);
    expect(text.isWellFormed()).toBe(true);
  });

  it('survives any detail', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`d${index}`, 'y'.repeat(400)]));
    expect(errorText('failed', 'x', { circular, at: new Date(Number.NaN) })).toContain('at: invalid date');
    expect(errorText('failed', 'x'.repeat(5000), many).length).toBeLessThanOrEqual(2000);
  });
});
