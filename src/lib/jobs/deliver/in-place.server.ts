import { stat } from 'node:fs/promises';
import type { AssetFormat, CaptureFunctions } from '#lib/capture/types.ts';
import type { JobRun } from '#lib/jobs/job.ts';
import type { AssetRecord, JobRecord } from '#lib/jobs/record/job-record.ts';
import type { FileInPlace, WantedAsset } from './capture-assets.server.ts';

/**
 * The files of a task that an earlier process published before it ended: those that the record names as being in place,
 * and the one that it was about to name. Each is held against its facts.
 */
export async function filesInPlace<R extends JobRecord, Request>(
  run: Pick<JobRun<R, Request>, 'job' | 'leased' | 'environment'>,
  taskId: string,
): Promise<Map<string, WantedAsset>> {
  const found = new Map<string, WantedAsset>();
  const { formats } = run.job.provider;
  for (const asset of assetsOnRecord(run.leased.record, taskId, formats)) {
    const format = formats.find(({ name }) => name === asset.format);
    if (!format) continue;
    const { name, isOptional } = asset;
    const inPlace = await fileInPlace(
      run.environment.files,
      run.job.placeOf({ name, format }).finalPath,
      asset,
      format,
    );
    found.set(name, { name, format, isOptional, inPlace });
  }
  return found;
}

/** Whether nothing is missing that the delivery cannot do without. */
export function hasAllRequired(assets: ReadonlyMap<string, WantedAsset>): boolean {
  const required = [...assets.values()].filter(({ isOptional }) => !isOptional);
  return required.length > 0 && required.every(({ inPlace }) => inPlace !== undefined);
}

function assetsOnRecord(
  { assets, captured }: JobRecord,
  taskId: string,
  [usual]: readonly AssetFormat[],
): AssetRecord[] {
  if (captured?.taskId !== taskId) return assets ?? [];
  const { sizeBytes, sha256 } = captured;
  // Earlier versions delivered one video, and named neither.
  const { name = 'video', format = usual?.name ?? '' } = captured;
  if (!assets) return [{ name, format, localPath: '', sizeBytes, sha256 }];
  return assets.map((asset) => (asset.name === name ? { ...asset, sizeBytes, sha256 } : asset));
}

async function fileInPlace(
  { inspectAsset }: CaptureFunctions,
  path: string,
  { sizeBytes, sha256 }: AssetRecord,
  format: WantedAsset['format'],
): Promise<FileInPlace | undefined> {
  if (sizeBytes === undefined || sha256 === undefined) return undefined;
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size !== sizeBytes) return undefined;
  const file = await inspectAsset(path, format);
  return file.sha256 === sha256 ? file : undefined;
}
