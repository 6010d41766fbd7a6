import type { S3Settings } from '#lib/base/input/s3-settings.ts';

/** Where a page may be sent for its films and pictures, as sources of its policy; none while all are served here. */
export function linkSources(playback: 'proxy' | 'redirect', stores: ReadonlyArray<S3Settings | undefined>): string[] {
  if (playback === 'proxy') return [];
  return [...new Set(stores.flatMap((store) => (store ? [sourceOf(store)] : [])))];
}

function sourceOf({ bucket, endpoint, publicEndpoint, forcePathStyle }: S3Settings): string {
  const address = publicEndpoint ?? endpoint;
  // The host depends on the region, which the SDK may know from elsewhere.
  if (address === undefined) return 'https://*.amazonaws.com';
  const { protocol, host } = new URL(address);
  return `${protocol}//${forcePathStyle ? host : `${bucket}.${host}`}`;
}

/** From where the media page may play: its items lie at providers of any name. @param isTest also at those of this machine */
export function itemSources(pathname: string, isTest: boolean): string[] {
  if (pathname !== '/media') return [];
  return isTest ? ['https:', 'http:'] : ['https:'];
}

/** The policy of a page with these sources of films and pictures, too: it is checked again where a request is redirected. */
export function withLinkSources(policy: string, sources: readonly string[]): string {
  if (sources.length === 0) return policy;
  return policy.replace(/\b(media-src|img-src)\b([^;]*)/g, (_all, name, rest) => `${name}${rest} ${sources.join(' ')}`);
}
