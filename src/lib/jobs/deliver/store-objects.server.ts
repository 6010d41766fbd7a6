import { basename } from 'node:path';
import { isReelError, withContext } from '#lib/base/errors.ts';
import type { ObjectTarget } from '#lib/jobs/job.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import type { AssetRecord, JobRecord, StoredObject } from '#lib/jobs/record/job-record.ts';
import { isNameUnusable, nameOfOwn } from '#lib/stores/assets/asset-rules.ts';
import type { CaptureContext, Delivery } from './capture-assets.server.ts';

export type Uploading<R extends JobRecord, Request> = Pick<CaptureContext<R, Request>, 'job' | 'leased' | 'signal'> & {
  report?: ((progress: JobProgress) => void) | undefined;
};

interface LocalFile {
  asset: string;
  path: string;
  sizeBytes: number;
  sha256: string;
  mimeType: string;
}

/**
 * Uploads the files of a delivery to object storage, where the job has one. Under which name is on record before the first
 * byte leaves, so that a run that goes on after a kill finds the same object and not a second one. The local files stay until
 * the record names the objects.
 * @throws ReelError of the store; the files are safe where they were captured
 */
export async function storeObjects<R extends JobRecord, Request>(
  context: Uploading<R, Request>,
  delivery: Delivery,
): Promise<Delivery> {
  const { objects } = context.job;
  if (!objects) return delivery;
  const [mainName = 'video'] = (delivery.assets ?? []).filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  const { main } = delivery;
  const mainFile = { ...main, asset: mainName, path: main.finalPath, mimeType: main.mimeType ?? 'video/mp4' };
  const mainObject = await storeOne(context, objects, mainFile);
  const assets: AssetRecord[] = [];
  for (const asset of delivery.assets ?? []) {
    const file = asset.name === mainName ? undefined : localFileOf(context, asset);
    const object = file ? await storeOne(context, objects, file) : asset.name === mainName ? mainObject : undefined;
    assets.push(object ? { ...asset, object } : asset);
  }
  return { ...delivery, main: { ...main, object: mainObject }, assets: delivery.assets && assets };
}

function localFileOf<R extends JobRecord, Request>(
  { job }: Uploading<R, Request>,
  { name, format, localPath, sizeBytes, sha256, mimeType = 'application/octet-stream' }: AssetRecord,
): LocalFile | undefined {
  const known = job.provider.formats.find((one) => one.name === format);
  if (sizeBytes === undefined || sha256 === undefined || !known) return undefined;
  const path = job.pathOf?.(localPath) ?? job.placeOf({ name, format: known }).finalPath;
  return { asset: name, path, sizeBytes, sha256, mimeType };
}

/** Under the plain name while that is free; another file's keeps its name, and this one gets a name that no other has. */
async function storeOne<R extends JobRecord, Request>(
  context: Uploading<R, Request>,
  target: ObjectTarget,
  file: LocalFile,
): Promise<StoredObject> {
  const plain = { location: target.location, name: plainName(target, file) };
  const begun = context.leased.record.uploads?.[file.asset];
  const first = begun?.location === target.location ? begun : plain;
  try {
    return await upload(context, target, file, first);
  } catch (error) {
    if (!isNameUnusable(error)) throw asSafe(error, file);
    const own = { location: target.location, name: nameOfOwn(plain.name, context.leased.fence) };
    return await upload(context, target, file, own).catch((failure: unknown) => {
      throw asSafe(failure, file);
    });
  }
}

async function upload<R extends JobRecord, Request>(
  { leased, signal, report }: Uploading<R, Request>,
  target: ObjectTarget,
  file: LocalFile,
  object: StoredObject,
): Promise<StoredObject> {
  const { asset, path, sizeBytes, sha256, mimeType } = file;
  await leased.patch(({ uploads }) => ({ uploads: { ...uploads, [asset]: object } }));
  const facts = { sizeBytes, sha256, mimeType };
  const onProgress = (bytesSent: number) => report?.({ stage: 'uploading', bytesSent, bytesTotal: sizeBytes });
  const isOwnName = object.name !== plainName(target, file);
  await target.store.put(object.name, { path }, facts, { signal, onProgress, isOwnName });
  return { location: object.location, name: object.name };
}

function plainName({ nameOf = basename }: ObjectTarget, { path }: LocalFile): string {
  return nameOf(path);
}

/** It was paid for: whoever reads the error must know that it is not lost. */
function asSafe(error: unknown, { path }: LocalFile): unknown {
  if (!isReelError(error) || error.code === 'aborted') return error;
  return withContext(error, { advice: `The finished file is safe in ${path}; the next try uploads it.` });
}
