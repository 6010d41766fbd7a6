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

/** What a job needs beside its record or request. */
export function contextOf(settings: Settings, options: RunSettings) {
  const { timeoutMs, maxBytes, resolve } = options;
  return { settings, client: clientFor(options), timeoutMs, maxBytes, resolve };
}
