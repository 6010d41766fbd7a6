import type { CaptureOptions } from '#lib/capture/capture.server.ts';
import type { Settings } from '#lib/config.ts';
import { WanxClient } from '#lib/wanx/wanx-client.ts';
import type { RunSettings } from './settings.ts';

/** The client of one call: with what the caller gave, and for the rest with the settings. */
export function clientFor({
  apiKey,
  dispatcher,
  clock,
}: Pick<RunSettings, 'apiKey' | 'dispatcher' | 'clock'>): WanxClient {
  return new WanxClient({
    ...(apiKey !== undefined && { apiKey }),
    ...(dispatcher && { dispatcher }),
    ...(clock && { clock }),
  });
}

/** How captures reach what a client's tasks deliver. */
export function captureNetwork(
  { allowPrivateNetwork, proxy }: Settings,
  client: Pick<WanxClient, 'baseUrl'>,
  { resolve }: Pick<CaptureOptions, 'resolve'>,
): Pick<CaptureOptions, 'allowPrivateNetwork' | 'proxy' | 'providerHost' | 'resolve'> {
  return { allowPrivateNetwork, proxy, providerHost: new URL(client.baseUrl).hostname, resolve };
}
