import { describe, expect, it } from 'vitest';
import { containerOf, playsEverywhere, resolutionLabel } from '#lib/scrape/video-downloader/check/film-facts.ts';

describe('the label of a size', () => {
  it.each([
    [1920, 1080, '1080p'],
    [1080, 1920, '1080p'],
    [1920, 800, '1080p'],
    [1920, 1088, '1080p'],
    [1280, 720, '720p'],
    [3840, 2160, '2160p'],
    [854, 480, '480p'],
    [640, 480, '480p'],
    [1440, 1080, '1080p'],
    [640, 360, '360p'],
    [256, 144, '144p'],
    [1000, 1000, '1000p'],
    [0, 0, undefined],
    [undefined, 720, undefined],
  ])('of %s x %s is %s', (width, height, label) => {
    expect(resolutionLabel(width, height)).toBe(label);
  });
});

describe('what every browser plays', () => {
  const mp4 = 'video/mp4';
  it.each([
    ['H.264 and AAC', mp4, 'avc1.64001f', 'mp4a.40.2', true],
    ['H.264 alone', mp4, 'avc1.42c00d', undefined, true],
    ['H.264 with 10 bits', mp4, 'avc1.6e001f', 'mp4a.40.2', false],
    ['H.264 and Opus', mp4, 'avc1.64001f', 'opus', false],
    ['H.265', mp4, 'hvc1.1.6.L93.B0', 'mp4a.40.2', false],
    ['VP9', 'video/webm', 'vp09.00.10.08', 'opus', false],
    ['QuickTime', 'video/quicktime', 'avc1.64001f', 'mp4a.40.2', false],
    ['pictures that nobody knows', mp4, undefined, undefined, false],
  ])('%s', (_what, mimeType, videoCodec, audioCodec, expected) => {
    expect(playsEverywhere(mimeType, { videoCodec, audioCodec })).toBe(expected);
  });
});

it('has a container for every type', () => {
  expect(containerOf('video/webm')).toEqual({ container: 'webm', extension: 'webm' });
  expect(containerOf('video/quicktime')).toEqual({ container: 'mov', extension: 'mov' });
});
