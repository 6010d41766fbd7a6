import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { type S3Settings, s3AddressOf } from '#lib/base/input/s3-settings.ts';
import { assertUsableProxies, type ProxySettings } from '#lib/base/network/proxy.server.ts';
import { withinLimit } from './client/request-limit.server.ts';
import { S3Clients } from './client/s3-client.server.ts';
import { faultOf, isAbsent, isForbidden, s3Error } from './client/s3-fault.ts';

const LIMITS = { clock: systemClock, stallTimeoutMs: 20_000 };
const NO_LIST =
  'The credentials have no right to list the bucket (s3:ListBucket), so whether a name is free cannot be told: every file gets a name of its own, and audits cannot say what is missing. Grant that right.';

/**
 * Whether object storage can be used as it is configured.
 * @returns what works in part only, one sentence each
 * @throws ReelError `config`, `auth` naming what is missing; `network` if the store cannot be reached
 */
export async function checkS3(settings: S3Settings, proxy: ProxySettings): Promise<string[]> {
  assertUsableProxies(proxy);
  const client = new S3Clients(settings, proxy).uploads;
  const { bucket, prefix } = settings;
  try {
    await client.config.credentials();
    const look = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 });
    await withinLimit((abortSignal) => client.send(look, { abortSignal }), LIMITS);
    return [];
  } catch (error) {
    const fault = faultOf(error, systemClock.now());
    const failure = s3Error(error, `${s3AddressOf(settings)} cannot be used`, systemClock.now());
    if (isAbsent(fault)) throw noBucket(settings);
    // With a key that is unknown, nothing would work.
    if (!isForbidden(fault) || fault.code !== 'AccessDenied') throw failure;
    return [NO_LIST];
  } finally {
    client.destroy();
  }
}

function noBucket({ bucket, endpoint }: S3Settings): ReelError {
  const where = endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`;
  const message = `There is no bucket ${bucket}${where}. Create it, or correct REELKEEP_ASSETS, S3_ENDPOINT or S3_FORCE_PATH_STYLE.`;
  return new ReelError('config', message, { stage: 'configuring' });
}
