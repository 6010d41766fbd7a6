import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { refuseUnfitSource } from '#lib/wanx/request/media-source.ts';
import type { InputMedia } from '#lib/wanx/request/options.ts';
import { CLIP, expectRefused, IMAGE, type RefusedRequest } from '../../fixtures/wire/refused-requests.ts';

describe('an input from where it cannot come', () => {
  it.each<RefusedRequest>([
    [{ prompt: 'p', audioUrl: '' }, 'audioUrl', 'empty'],
    [{ image: ' ' }, 'image', 'empty'],
    [{ link: 'oss://bucket/page' }, 'link', 'http and https'],
    [{ link: 'page.html' }, 'link', 'http and https'],
    [{ document: '' }, 'document', 'empty'],
    [{ prompt: 'p', references: { images: [{ source: IMAGE, voice: ' ' }] } }, 'voice', 'empty'],
    [{ image: 'https://example.com/人.png', video: CLIP }, 'image', 'ASCII', 'Percent-encode'],
    [{ image: IMAGE, video: 'https://example.com/ä.mp4' }, 'video', 'ASCII'],
    [
      { model: 'wan2.1-vace-plus', prompt: 'p', references: { images: ['https://example.com/猫.png'] } },
      'references.images',
      'ASCII',
    ],
    [{ prompt: 'p', audioUrl: 'data:audio/mpeg;base64,AAAA' }, 'audioUrl', 'only images'],
    [{ prompt: 'p', video: 'data:video/mp4;base64,AAAA' }, 'video', 'only images'],
    [{ image: 'data:image/gif;base64,AAAA' }, 'image', 'image/gif', 'jpeg, png, bmp or webp'],
    [{ image: 'data:image/png,AAAA' }, 'image', 'base64'],
  ])('is refused: %j', (request, ...named) => expectRefused(request, named));
});

describe('refuseUnfitSource', () => {
  it.each<[string, InputMedia['role'], string]>([
    ['an image inline', 'first-frame', 'data:image/PNG;base64,AAAA'],
    ['a path in any letters', 'first-frame', './人.png'],
    ['an uploaded file', 'video', 'oss://bucket/a.mp4'],
    ['a page of any letters', 'link', 'https://example.com/人'],
  ])('takes %s', (_what, role, source) => {
    expect(() => refuseUnfitSource({ role, option: 'o', source }, findModel('wan3.0-video'))).not.toThrow();
  });

  it('never quotes a picture that came inline', () => {
    const source = ` data:image/gif;base64,${'s3cret'.repeat(100)}`;
    const refuse = () => refuseUnfitSource({ role: 'first-frame', option: 'image', source }, findModel('wan2.7-i2v'));
    expect(refuse).toThrow('image/gif');
    expect(refuse).not.toThrow('s3cret');
  });
});
