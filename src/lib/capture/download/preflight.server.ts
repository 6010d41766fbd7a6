import { isReelError, ReelError } from '#lib/base/errors.ts';
import { assertUsableProxies, proxyFor } from '#lib/base/network/proxy.server.ts';
import { reachableAddresses } from '#lib/capture/http/address-guard.server.ts';
import { captureSettings } from '#lib/capture/options/settings.server.ts';
import { assertFreeSpace, assertWritable, prepareCapturePaths } from '#lib/capture/part/paths.server.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';

/**
 * Refuses what would end a capture on this side, for a caller that is about to pay for what it will capture. Makes the
 * folder of the file.
 * @throws ReelError `invalid-input`, `config` (a proxy that cannot be used), `disk-denied`, `disk-full`, `disk`
 */
export async function assertCapturable(finalPath: string, options: CaptureOptions = {}): Promise<void> {
  captureSettings(options);
  assertUsableProxies(options.proxy);
  await prepareCapturePaths(finalPath, options.partTag);
  await assertWritable(finalPath);
  await assertFreeSpace(finalPath);
}

/**
 * Refuses a network on which the host of a provider, a public one, has only addresses that a capture would refuse: those of
 * what it delivers will be like them. A name that cannot be resolved just now is let through, as is one for a proxy to resolve.
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
      `On this network public names lead to private addresses, so that no result could be fetched: ${error.message}`,
      { stage: 'configuring', cause: error },
    );
  }
}
