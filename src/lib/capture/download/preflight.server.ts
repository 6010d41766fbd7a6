import { isReelError, ReelError } from '#lib/base/errors.ts';
import { assertUsableProxies, proxyFor } from '#lib/base/network/proxy.server.ts';
import { reachableAddresses } from '#lib/capture/http/address-guard.server.ts';
import { captureSettings } from '#lib/capture/options/settings.server.ts';
import { assertFreeSpace, assertWritable, prepareCapturePaths } from '#lib/capture/part/paths.server.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';

/**
 * Checks locally for everything that would make a capture fail, for a caller that is about to pay for the result. Creates
 * the folder of the file.
 * @throws ReelError `invalid-input`, `config` (a proxy that cannot be used), `disk-denied`, `disk-full`, `disk`
 */
export async function assertCapturable(finalPath: string, options: CaptureOptions = {}): Promise<void> {
  captureSettings(options);
  assertUsableProxies(options.proxy);
  await prepareCapturePaths(finalPath, options);
  await assertWritable(finalPath);
  await assertFreeSpace(finalPath);
}

/**
 * Rejects a network on which the provider's public host resolves only to addresses that a capture would block: the hosts
 * of its results would resolve the same way. A name that cannot be resolved now passes, as does one that a proxy resolves.
 * @throws ReelError `blocked-address`
 */
export async function assertPublicNames(hostname: string, options: CaptureOptions = {}): Promise<void> {
  const settings = captureSettings(options);
  if (proxyFor({ secure: true, hostname, port: 443 }, settings.proxy)) return;
  try {
    await reachableAddresses(hostname, { ...settings, providerHost: hostname });
  } catch (error) {
    if (!isReelError(error)) return;
    throw new ReelError(
      error.code,
      `On this network, public host names resolve to private addresses, so no result could be downloaded: ${error.message}`,
      { stage: 'configuring', cause: error },
    );
  }
}
