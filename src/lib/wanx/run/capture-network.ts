import type { CaptureOptions } from '#lib/capture/types.ts';
import type { Settings } from '#lib/config.ts';

/** How captures reach what a client's tasks deliver. */
export function captureNetwork(
  { allowPrivateNetwork, proxy }: Settings,
  client: { baseUrl: string },
  { resolve }: Pick<CaptureOptions, 'resolve'>,
): Pick<CaptureOptions, 'allowPrivateNetwork' | 'proxy' | 'providerHost' | 'resolve'> {
  return { allowPrivateNetwork, proxy, providerHost: new URL(client.baseUrl).hostname, resolve };
}
