import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import {
  defaultResolution,
  legacyPixels,
  longestSeconds,
  makesSeconds,
  ratiosAt,
  secondsText,
} from '#lib/wanx/models/limits.ts';

describe('the resolution of a request without one', () => {
  it.each([
    ['wan2.2-i2v-flash', '720P'],
    ['wan2.2-i2v-plus', '480P'],
    ['wan2.6-i2v', '720P'],
    ['happyhorse-1.0-i2v', '720P'],
  ])('%s is asked for %s unless told', (id, resolution) => {
    expect(defaultResolution(findModel(id))).toBe(resolution);
  });
});

describe('the ratios at a resolution', () => {
  it.each([
    ['wan2.7-t2v', '720P', ['16:9', '9:16', '1:1', '4:3', '3:4']],
    ['wan2.7-i2v', '720P', []],
    // Told by pixels, of which 480P has fewer.
    ['wan2.2-t2v-plus', '480P', ['16:9', '9:16', '1:1']],
    ['wan2.2-t2v-plus', '1080P', ['16:9', '9:16', '1:1', '4:3', '3:4']],
  ] as const)('of %s at %s', (id, resolution, ratios) => {
    expect(new Set(ratiosAt(findModel(id), resolution))).toEqual(new Set(ratios));
  });

  it('are pixels for a legacy model', () => {
    expect([legacyPixels('720P', '16:9'), legacyPixels('1080P', '3:4'), legacyPixels('480P', '4:3')]).toEqual([
      '1280*720',
      '1248*1632',
      undefined,
    ]);
  });
});

describe('the seconds that a model makes', () => {
  it.each<[string, number, withVideo: boolean, boolean]>([
    ['wan2.7-t2v', 2, false, true],
    ['wan2.7-t2v', 15, false, true],
    ['wan2.7-t2v', 16, false, false],
    ['wan2.7-t2v', 5.5, false, false],
    ['wan2.7-t2v', 0, false, false],
    ['wan2.7-t2v', -1, false, false],
    ['wan2.5-t2v-preview', 10, false, true],
    ['wan2.5-t2v-preview', 7, false, false],
    ['wan2.7-r2v', 11, false, true],
    ['wan2.7-r2v', 11, true, false],
    ['wan3.0-video', -1, false, true],
    ['wan3.0-video', 30, true, false],
    ['wan2.7-videoedit', 0, true, true],
    // As long as its video, and nothing may be sent that says so.
    ['happyhorse-1.0-video-edit', 0, true, false],
  ])('%s %d s, with a video put in: %s: %s', (id, seconds, withVideo, expected) => {
    expect(makesSeconds(findModel(id), seconds, withVideo)).toBe(expected);
  });

  it('are any whole ones for a model that the table does not know', () => {
    const unknown = findModel('wan9-dream', { allowUnknownModel: true });
    expect([makesSeconds(unknown, 600, false), makesSeconds(unknown, 1.5, false)]).toEqual([true, false]);
    expect(secondsText(unknown, false)).toBe('whole seconds, or -1 (the model chooses)');
  });

  it.each<[string, boolean, string]>([
    ['wan2.7-t2v', false, 'whole seconds from 2 to 15'],
    ['wan2.5-t2v-preview', false, '5, 10'],
    ['wan2.7-r2v', true, 'whole seconds from 2 to 10'],
    ['wan3.0-video', true, 'whole seconds from 2 to 29, or -1 (the model chooses)'],
    ['wan2.7-videoedit', true, 'whole seconds from 2 to 10, or 0 (as long as the source)'],
  ])('are said for %s, with a video put in: %s', (id, withVideo, text) => {
    expect(secondsText(findModel(id), withVideo)).toBe(text);
  });

  it.each([
    [{ min: 2, max: 15 }, 15],
    [[10, 5], 10],
  ])('of %j are at most %d', (durations, most) => {
    expect(longestSeconds(durations)).toBe(most);
  });
});
