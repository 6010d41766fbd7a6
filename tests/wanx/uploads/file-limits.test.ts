import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { fileLimitsFor } from '#lib/wanx/uploads/file-limits.ts';
import type { MediaKind } from '#lib/wanx/uploads/file-rules.ts';
import { type FileLimits, MIB } from '#lib/wanx/uploads/file-rules.ts';

const limits = (id: string, kind: MediaKind) => fileLimitsFor(findModel(id), kind);

describe('what a file put in may be', () => {
  it.each<[string, MediaKind, FileLimits]>([
    ['wan3.0-video', 'image', { maxBytes: 20 * MIB, formats: ['jpeg', 'png', 'bmp', 'webp'], inline: true }],
    ['wan3.0-video', 'document', { maxBytes: 100 * MIB, formats: ['docx', 'pptx', 'pdf', 'md'], inline: false }],
    [
      'wan2.7-t2v',
      'audio',
      { maxBytes: 15 * MIB, formats: ['wav', 'mp3'], inline: false, seconds: { min: 2, max: 30 } },
    ],
  ])('is, for %s, where its page says nothing else: a usual %s', (id, kind, expected) => {
    expect(limits(id, kind)).toEqual(expected);
  });

  it.each<[string, MediaKind, Partial<FileLimits>]>([
    ['wan2.7-i2v', 'image', { sides: { min: 240, max: 8000 }, maxStretch: 8, isOpaque: true, inline: true }],
    ['wan2.2-t2v-plus', 'image', { maxBytes: 10 * MIB }],
    ['wan2.6-r2v', 'image', { inline: false }],
    ['wan2.1-vace-plus', 'image', { formats: ['jpeg', 'png', 'bmp', 'webp', 'tiff'], isAsciiUrl: true }],
    ['wan2.2-animate-move', 'image', { maxBytes: 5 * MIB, maxStretch: 3 }],
    ['wan2.2-animate-move', 'video', { maxBytes: 200 * MIB, formats: ['mp4', 'mov', 'avi'] }],
    ['happyhorse-1.0-i2v', 'image', { formats: ['jpeg', 'png', 'webp'], maxStretch: 2.5 }],
    ['wan3.0-video', 'audio', { seconds: { min: 0, max: 15 } }],
  ])('is, for %s, as its page says of a %s', (id, kind, expected) => {
    expect(limits(id, kind)).toMatchObject(expected);
  });

  it('has no limit but its kind for a model that the table does not know', () => {
    const model = findModel('our-gateway', { allowUnknownModel: true, mode: 'image' });
    expect(fileLimitsFor(model, 'image')).toEqual({
      maxBytes: Number.POSITIVE_INFINITY,
      formats: ['jpeg', 'png', 'bmp', 'webp'],
      inline: true,
    });
  });
});
