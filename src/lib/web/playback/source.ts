/** Enough of the hash to distinguish two files of the same name. */
export function versionOf(sha256: string): string {
  return sha256.slice(0, 16);
}

/** The address at which a file is played; `base` is where `serveVideo` is mounted. */
export function sourceOf({ name, sha256 }: { name: string; sha256?: string | undefined }, base = '/videos'): string {
  return `${base}/${encodeURIComponent(name)}${sha256 === undefined ? '' : `?v=${versionOf(sha256)}`}`;
}
