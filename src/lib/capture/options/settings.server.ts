import { callSafely } from '#lib/base/call-safely.ts';
import { systemClock, timerMs } from '#lib/base/clock.ts';
import { wrongInput } from '#lib/base/input/wrong-input.ts';
import { parseCrc64 } from '#lib/capture/check/crc64-text.ts';
import type { CaptureOptions, CaptureSettings } from '#lib/capture/types.ts';

/**
 * Fills in the defaults. The types of values are checked where they come in, at the public functions.
 * @throws ReelError `invalid-input` for a malformed checksum
 */
export function captureSettings(options: CaptureOptions): Omit<CaptureSettings, 'format'> {
  const { sizeBytes, crc64, sha256 } = options.expected ?? {};
  const { patienceMs = Number.POSITIVE_INFINITY } = options;
  return {
    signal: options.signal,
    report: (progress) => callSafely(options.onProgress, progress),
    maxBytes: options.maxBytes ?? 4 * 1024 ** 3,
    // A single stall must not last longer than `patienceMs`.
    stallTimeoutMs: timerMs(Math.min(options.stallTimeoutMs ?? 30_000, patienceMs)),
    connectTimeoutMs: timerMs(Math.min(options.connectTimeoutMs ?? 15_000, patienceMs)),
    allowPrivateNetwork: options.allowPrivateNetwork ?? false,
    trustedOrigin: options.trustedOrigin,
    proxy: options.proxy,
    providerHost: options.providerHost,
    expected: { sizeBytes, crc64: checksumOf(crc64), sha256: sha256?.toLowerCase() },
    backoff: { baseMs: timerMs(options.retryBaseMs ?? 1000), maxMs: timerMs(options.retryMaxMs ?? 60_000) },
    patienceMs: options.patienceMs,
    busyTimeoutMs: options.busyTimeoutMs ?? 10 * 60_000,
    throttle: options.throttle,
    readAheadBytes: options.readAheadBytes,
    publishWithin: options.publishWithin,
    clock: options.clock ?? systemClock,
    resolve: options.resolve,
  };
}

/** A malformed checksum must not be ignored: nothing would be checked. */
function checksumOf(crc64: string | undefined): string | undefined {
  const parsed = parseCrc64(crc64);
  if (parsed !== undefined || crc64 === undefined) return parsed;
  throw wrongInput('expected.crc64', 'must be an unsigned 64-bit number in decimal, as text', crc64, 'downloading');
}
