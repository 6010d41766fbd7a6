import { describe, expect, it } from 'vitest';
import type { S3Settings } from '#lib/base/input/s3-settings.ts';
import { itemSources, linkSources, withLinkSources } from '#lib/web/http/link-sources.ts';

const store = (settings: Partial<S3Settings> = {}): S3Settings => ({
  ...{ bucket: 'films', prefix: '', endpoint: undefined, publicEndpoint: undefined, region: undefined },
  ...{ forcePathStyle: false, credentials: undefined, uploadBytesPerSecond: undefined },
  ...settings,
});

describe('where a page may be sent for a film', () => {
  it.each<[string, Partial<S3Settings>, string]>([
    ['AWS', {}, 'https://*.amazonaws.com'],
    ['a store by path', { endpoint: 'http://127.0.0.1:9000', forcePathStyle: true }, 'http://127.0.0.1:9000'],
    ['a store by host', { endpoint: 'https://oss.example.com' }, 'https://films.oss.example.com'],
    [
      'a store that visitors know by another name',
      { endpoint: 'http://minio:9000', publicEndpoint: 'https://cdn.example.com', forcePathStyle: true },
      'https://cdn.example.com',
    ],
  ])('is %s', (_what, settings, source) => {
    expect(linkSources('redirect', [store(settings), undefined, store(settings)])).toEqual([source]);
  });

  it('is nowhere while this server sends them itself, or has no store', () => {
    expect(linkSources('proxy', [store()])).toEqual([]);
    expect(linkSources('redirect', [undefined])).toEqual([]);
  });

  it('is added to films and pictures, and to nothing else', () => {
    const policy = "default-src 'none'; img-src 'self' data:; media-src 'self'; script-src 'self' 'nonce-x'";
    expect(withLinkSources(policy, ['https://a.example'])).toBe(
      "default-src 'none'; img-src 'self' data: https://a.example; media-src 'self' https://a.example; script-src 'self' 'nonce-x'",
    );
    expect(withLinkSources(policy, [])).toBe(policy);
  });
});

describe('what lies at providers', () => {
  it('may be played by the media page only', () => {
    expect(itemSources('/media', false)).toEqual(['https:']);
    expect(itemSources('/', true)).toEqual([]);
  });

  it('may be on this machine while that is allowed at all', () => {
    expect(itemSources('/media', true)).toEqual(['https:', 'http:']);
  });
});
