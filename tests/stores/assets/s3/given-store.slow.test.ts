// The contract of asset stores against any S3 store, such as OpenStack Swift with s3api, MinIO, or a bucket at a provider's.
// Not part of a default run; the tests are skipped by name unless these are set:
//
//   REELKEEP_TEST_S3_ENDPOINT   such as http://127.0.0.1:6600
//   REELKEEP_TEST_S3_KEY        the access key
//   REELKEEP_TEST_S3_SECRET     its secret
//   REELKEEP_TEST_S3_BUCKET     a bucket that exists; default: one is made, and removed afterwards
//   REELKEEP_TEST_S3_REGION     default us-east-1
//
//   REELKEEP_ALL_TESTS=1 REELKEEP_TEST_S3_ENDPOINT=… npx vitest run tests/stores/assets/s3/given-store.slow.test.ts
//
// All names begin with `reelkeep-test/`, and are removed at the end.
import { CreateBucketCommand, DeleteBucketCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Settings } from '#lib/base/input/s3-settings.ts';
import { describeAssetStore, sourceOf } from '../../../contracts/asset-store.ts';
import { clientOf } from '../../../fixtures/servers/real-s3.ts';
import { s3Store } from '../../../fixtures/servers/s3-stores.ts';

const { REELKEEP_TEST_S3_ENDPOINT: endpoint = '', REELKEEP_TEST_S3_BUCKET: given } = process.env;
const { REELKEEP_TEST_S3_KEY: accessKeyId = '', REELKEEP_TEST_S3_SECRET: secretAccessKey = '' } = process.env;
const { REELKEEP_TEST_S3_REGION: region = 'us-east-1' } = process.env;
const bucket = given ?? `reelkeep-test-${process.pid}`;
const MIB = 1024 * 1024;

const settings: S3Settings = {
  ...{ bucket, prefix: 'reelkeep-test', endpoint, publicEndpoint: undefined, region, forcePathStyle: true },
  ...{ credentials: { accessKeyId, secretAccessKey }, uploadBytesPerSecond: undefined },
};

describe.skipIf(endpoint === '')(`a store of yours (set REELKEEP_TEST_S3_ENDPOINT)`, { timeout: 120_000 }, () => {
  const client = clientOf({ endpoint, accessKeyId, secretAccessKey });
  const everything = () => s3Store(settings, { area: undefined });

  beforeAll(async () => {
    if (given === undefined) await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    const store = everything();
    for (const { name } of await Array.fromAsync(store.list(''))) await store.remove(name);
    store.close();
    if (given === undefined) await client.send(new DeleteBucketCommand({ Bucket: bucket }));
    client.destroy();
  });

  let areas = 0;
  describeAssetStore(new URL(endpoint || 'http://none').host, () => {
    areas += 1;
    const area = `${process.pid}-${areas}`;
    return () => s3Store(settings, { area });
  });

  it('takes a file in parts, gives it back, and keeps nothing of an upload that was stopped', async () => {
    const store = s3Store(settings, { area: `${process.pid}-parts`, partBytesFor: () => 5 * MIB });
    const film = sourceOf(Buffer.from(Array.from({ length: 11 * MIB }, (_, index) => (index * 7919) % 251)));
    const stop = new AbortController();
    const onProgress = (bytes: number) => bytes >= 5 * MIB && stop.abort();
    const stopped = store.put('film.mp4', film, film.facts, { signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    await store.removeLeftovers('film.mp4');
    const left = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'reelkeep-test/' }));
    expect([left.Uploads ?? [], await store.stat('film.mp4')]).toEqual([[], undefined]);

    expect(await store.put('film.mp4', film, film.facts)).toMatchObject({ sha256: film.facts.sha256 });
    const back = Buffer.from(await new Response(await store.open('film.mp4')).arrayBuffer());
    expect(back.equals(film.bytes)).toBe(true);
    const link = await store.address('film.mp4');
    const part = await fetch(link ?? '', { headers: { range: `bytes=${6 * MIB}-${6 * MIB + 9}` } });
    expect(Buffer.from(await part.arrayBuffer())).toEqual(film.bytes.subarray(6 * MIB, 6 * MIB + 10));
    store.close();
  });
});
