import { dirname, join } from 'node:path';
import type { S3Settings } from '#lib/base/input/s3-settings.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import { createS3Store, type S3Store } from './s3-store.server.ts';
import { uploadRecords } from './upload/upload-journal.server.ts';

const openUploads = recordStores(uploadRecords);

/** Loaded with the first call to object storage only: the SDK takes a third of a second. */
export function openS3(
  assets: S3Settings,
  area: string,
  settings: { metadataPath: string; database: string | undefined; proxy: ProxySettings },
): S3Store {
  const { metadataPath, database, proxy } = settings;
  const uploads = openUploads({ jsonPath: join(dirname(metadataPath), 'asset-uploads.json'), database });
  return createS3Store({ settings: assets, area, uploads, owner: { name: processIdentity(), isSurelyDead }, proxy });
}
