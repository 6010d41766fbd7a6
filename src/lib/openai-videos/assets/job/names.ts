import type { AssetType } from './types.ts';

const ENDING: Record<AssetType, string> = {
  video: '.mp4',
  thumbnail: '_thumbnail.webp',
  spritesheet: '_spritesheet.jpg',
};

export const ASSET_TYPES: readonly AssetType[] = ['video', 'thumbnail', 'spritesheet'];

export interface Place {
  readonly folder: string;
  readonly stem: string;
  readonly version: number;
}

/** `video_abc_V1.mp4`, `video_abc_V1_thumbnail.webp`, `video_abc_V1_spritesheet.jpg` */
export function fileNameOf({ stem, version }: Omit<Place, 'folder'>, type: AssetType): string {
  return `${versionStem({ stem, version })}${ENDING[type]}`;
}

/** `BATCH_abc/video_abc_V1.mp4`: the name in the asset store. */
export function addressOf(place: Place, type: AssetType): string {
  return `${place.folder}/${fileNameOf(place, type)}`;
}

/** `video_abc_V1` */
export function versionStem({ stem, version }: Omit<Place, 'folder'>): string {
  return `${stem}_V${version}`;
}

/** What a file name stands for; undefined for a name that is none of ours. */
export function parseFileName(fileName: string): { stem: string; version: number; type: AssetType } | undefined {
  const [, stem, digits, rest] = /^(.+)_V([1-9]\d{0,8})((?:_[a-z]+)?\.[a-z0-9]+)$/.exec(fileName) ?? [];
  const type = ASSET_TYPES.find((one) => ENDING[one] === rest);
  return stem !== undefined && type ? { stem, version: Number(digits), type } : undefined;
}

/** What two jobs have in common that may share a folder. */
export interface NamedJob {
  readonly batchId: string;
  readonly soraVideoId: string;
  readonly place?: Place | undefined;
}

export interface SafeName {
  /** The id itself, or, where no file can have its name, a short form with a hash. */
  (id: string): string;
  hashed(id: string): string;
}

/**
 * Folder and stem for the files of a video: those that its batch and the video have already, else their ids, shortened
 * where that is needed or where another one that differs only in case has the name.
 */
export function namesFor(
  { batchId, soraVideoId }: NamedJob,
  others: readonly NamedJob[],
  safeName: SafeName,
): Omit<Place, 'version'> {
  const placed = others.flatMap(({ place, ...ids }) => (place ? [{ ...ids, place }] : []));
  const ofBatch = placed.filter((one) => one.batchId === batchId);
  const folders = placed.map((one) => ({ id: one.batchId, name: one.place.folder }));
  const stems = ofBatch.map((one) => ({ id: one.soraVideoId, name: one.place.stem }));
  return { folder: nameFor(batchId, folders, safeName), stem: nameFor(soraVideoId, stems, safeName) };
}

function nameFor(id: string, taken: ReadonlyArray<{ id: string; name: string }>, safeName: SafeName): string {
  const own = taken.find((one) => one.id === id);
  if (own) return own.name;
  const plain = safeName(id);
  const isTaken = taken.some(({ name }) => name.toLowerCase() === plain.toLowerCase());
  return isTaken ? safeName.hashed(id) : plain;
}

/** The number after the highest one of this video. */
export function nextVersion(
  names: Omit<Place, 'version'>,
  others: readonly NamedJob[],
  fileNames: readonly string[],
): number {
  const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const onRecord = others.flatMap(({ place }) =>
    place && isSame(place.folder, names.folder) && isSame(place.stem, names.stem) ? [place.version] : [],
  );
  const onDisk = fileNames.flatMap((name) => {
    const file = parseFileName(name);
    return file && isSame(file.stem, names.stem) ? [file.version] : [];
  });
  return Math.max(0, ...onRecord, ...onDisk) + 1;
}
