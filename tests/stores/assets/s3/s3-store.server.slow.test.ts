import { join } from 'node:path';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepUploads } from '#lib/stores/assets/open-asset-store.server.ts';
import { describeAssetStore } from '../../../contracts/asset-store.ts';
import { describeRealS3 } from '../../../fixtures/servers/describe-real-s3.ts';
import { type FaultProxy, startFaultProxy } from '../../../fixtures/servers/fault-proxy.ts';
import { leaveUpload, uploadsBeside } from '../../../fixtures/servers/left-upload.ts';
import { type MemoryS3, memoryS3 } from '../../../fixtures/servers/memory-s3.ts';
import { settingsOf } from '../../../fixtures/servers/real-s3.ts';
import { s3Store, standInSettings } from '../../../fixtures/servers/s3-stores.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

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

describeRealS3('a real S3 server', (s3) => {
  beforeAll(async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'contract' }));
  });

  let areas = 0;
  describeAssetStore('Ceph', () => {
    areas += 1;
    const area = `area-${areas}`;
    return () => s3Store(settingsOf(s3.server, 'contract'), { area });
  });

  it('has nothing left of the uploads of killed processes, of whatever part, once they are swept', async () => {
    const Bucket = 'contract';
    const metadataPath = join(temporaryFolder(), 'records.json');
    const settings = { assets: settingsOf(s3.server, Bucket), metadataPath, database: undefined, proxy: {} };
    const listed = async () => (await s3.client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];
    for (const name of ['videos/rome.mp4', 'generated-videos/B/v.mp4', 'media/p/1.mp4', 'a/b/video.mp4']) {
      const Key = `reel/${name}`;
      const { UploadId = '' } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      await s3.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'a part' }));
      const upload = { endpoint: s3.server.endpoint, bucket: Bucket, key: Key, uploadId: UploadId };
      await leaveUpload(uploadsBeside(metadataPath), { ...upload, hoursAgo: 2 });
    }
    expect(await listed()).toHaveLength(4);
    expect(await sweepUploads(settings)).toBe(4);
    expect(await listed()).toEqual([]);
  });
});
