// One upload in a process of its own: <subject> <order.json> <folder of the peers>.
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { UploadOrder } from './upload.ts';

const [subject = '', orderPath = '', peersFolder = ''] = process.argv.slice(2);
const order: UploadOrder = JSON.parse(readFileSync(orderPath, 'utf8'));
const { path, facts, settings } = order;
const NAMES = ['film.mp4', 'film.mp4.2', 'film.mp4.3'];

if (subject === 'lib-storage') await uploadBare();
else await upload(subject.includes('three') ? NAMES : NAMES.slice(0, 1));

async function upload(names: readonly string[]): Promise<void> {
  const { openAssetStore } = await import('#lib/stores/assets/open-asset-store.server.ts');
  const metadataPath = `${orderPath}.records.json`;
  const place = { folder: '/unused', area: '' };
  const store = openAssetStore({ assets: settings, metadataPath, database: undefined, proxy: {} }, place);
  await Promise.all(names.map((name) => store.put(name, { path }, facts)));
  process.exit(0);
}

async function uploadBare(): Promise<void> {
  const { default: importFrom } = await import(pathToFileURL(join(peersFolder, 'import.mjs')).href);
  const { Upload } = await importFrom('@aws-sdk/lib-storage');
  const { S3Client } = await importFrom('@aws-sdk/client-s3');
  const { bucket, endpoint, region, credentials } = settings;
  const plain = { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, ...plain });
  const params = { Bucket: bucket, Key: 'reel/film.mp4', Body: createReadStream(path), ContentType: facts.mimeType };
  await new Upload({ client, params, queueSize: 4, partSize: 8 * 1024 * 1024 }).done();
  process.exit(0);
}
