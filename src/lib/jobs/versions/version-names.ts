const EXTENSION = /(\.[^./\\]+)?$/;
const DELETED = '.deleted';

/** `place-era.mp4` -> `place-era.v3.mp4`, for a path as for the form in which records keep one. */
export function versionPath(path: string, version: number): string {
  return path.replace(EXTENSION, (extension) => `.v${version}${extension}`);
}

/** Where the file of a deleted version waits until its deletion cannot be undone any more. */
export function deletedPath(path: string, version: number): string {
  return `${versionPath(path, version)}${DELETED}`;
}

/** The other way round; undefined for a name that is not one of a version. */
export function parseVersionName(name: string): { name: string; version: number; isDeleted: boolean } | undefined {
  const { stem, number, extension, deleted } =
    /^(?<stem>.+)\.v(?<number>[1-9]\d{0,8})(?<extension>\.[^.]+)(?<deleted>\.deleted)?$/.exec(name)?.groups ?? {};
  if (number === undefined) return undefined;
  return { name: `${stem}${extension}`, version: Number(number), isDeleted: deleted !== undefined };
}
