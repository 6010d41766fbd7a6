import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import {
  type AssetDownloadManagerOptions,
  checkManagerOptions,
  downloadStorage,
} from '#lib/openai-videos/assets/run/settings.server.ts';

describe('the options of a manager', () => {
  it.each<AssetDownloadManagerOptions>([
    {},
    { concurrency: 1, maxBytes: 1, maxBytesPerSecond: 1, assetLifetimeMs: 0, pictureGraceMs: 0 },
    { notion: false, pictures: true, storageBasePath: 'a' },
  ])('may be %o', (options) => {
    expect(() => checkManagerOptions(options)).not.toThrow();
  });

  it.each([
    { concurrency: 0 },
    { concurrency: 1.5 },
    { maxBytesPerSecond: -1 },
    { maxBytes: 'much' },
    { storageBasePath: '' },
    { assetLifetimeMs: -1 },
    { pictures: 'yes' },
  ])('are refused by name: %o', (options) => {
    const [name = ''] = Object.keys(options);
    expect(() => checkManagerOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(name) }),
    );
  });
});

describe('where downloads go', () => {
  const settings = { ...readSettings(), projectRoot: '/project', generatedVideosDir: '/project/generated' };
  it.each([
    [undefined, 'generated'],
    ['films/of/mine', 'films/of/mine'],
    ['/mnt/films', '/mnt/films'],
    ['../films', '/films'],
  ])('by the option %s is %s', (storageBasePath, name) => {
    expect(downloadStorage(settings, { storageBasePath }).name).toBe(name);
  });
});
