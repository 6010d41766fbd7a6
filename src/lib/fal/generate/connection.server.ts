import { systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { Settings } from '#lib/config.ts';
import { endpointOf } from '#lib/fal/api/endpoint.ts';
import { FalApi } from '#lib/fal/api/fal-api.server.ts';
import type { FalRunOptions } from './options.ts';

const REQUEST_TIMEOUT_MS = 60_000;

/** @throws ReelError `config` without a key, or with an address that cannot be used */
export function connectionOf(settings: Settings, options: FalRunOptions): FalApi {
  const { apiKey: key = settings.falKey, requestTimeoutMs = REQUEST_TIMEOUT_MS, clock = systemClock } = options;
  if (key === undefined) {
    const message = 'No key for fal is set. Set FAL_KEY (fal.ai/dashboard/keys), or try the sandbox: npm run sandbox.';
    throw new ReelError('config', message, { stage: 'configuring' });
  }
  const endpoint = endpointOf(
    options.queueBaseUrl ?? settings.falQueueBaseUrl,
    options.apiBaseUrl ?? settings.falApiBaseUrl,
    { allowPlainHttp: settings.allowPrivateNetwork },
  );
  return new FalApi({ endpoint, key, requestTimeoutMs, proxy: settings.proxy, clock });
}
