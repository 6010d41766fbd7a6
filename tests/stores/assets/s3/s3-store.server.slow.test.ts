import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeAssetStore } from '../../../contracts/asset-store.ts';
import { type FaultProxy, startFaultProxy } from '../../../fixtures/servers/fault-proxy.ts';
import { type MemoryS3, memoryS3 } from '../../../fixtures/servers/memory-s3.ts';
import { clientOf, noRealS3, type RealS3, settingsOf, startRealS3 } from '../../../fixtures/servers/real-s3.ts';
import { s3Store, standInSettings } from '../../../fixtures/servers/s3-stores.ts';

describe('a stand-in for S3', () => {
  let server: FaultProxy;
  let bucket: MemoryS3;
  beforeAll(async () => {
    bucket = memoryS3({ pageSize: 3 });
    server = await startFaultProxy((...call) => bucket.handle(...call));
  });
  afterAll(() => server.close());

  describeAssetStore('S3 as its reference describes it', () => {
    bucket.objects.clear();
    return () => s3Store(standInSettings(server.url));
  });
});

const missing = noRealS3();

describe.skipIf(missing)(`a real S3 server${missing ? `: ${missing}` : ''}`, () => {
  let server: RealS3;
  let client: S3Client;
  beforeAll(async () => {
    server = await startRealS3();
    client = clientOf(server);
    await client.send(new CreateBucketCommand({ Bucket: 'contract' }));
  });
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });

  let areas = 0;
  describeAssetStore('Ceph', () => {
    areas += 1;
    const area = `area-${areas}`;
    return () => s3Store(settingsOf(server, 'contract'), { area });
  });
});
