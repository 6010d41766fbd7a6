import { readdirSync, statSync } from 'node:fs';

// File time stamps advance in steps of up to 10 ms: a second change within one step is invisible.
const TIME_STAMP_STEP_MS = 50;

/** Notices which files of a folder are added and removed. While nothing changes it costs one `stat`. */
export class FolderLook {
  #version: string | undefined;
  #names: ReadonlySet<string> = new Set();

  /** @returns the names added or removed since the last look; `unknown` if the folder cannot be listed */
  look(folder: string): string[] | 'unknown' {
    const version = versionOf(folder);
    if (version !== undefined && version === this.#version) return [];
    this.#version = version;
    const names = namesIn(folder);
    if (!names) return 'unknown';
    const before = this.#names;
    this.#names = names;
    return [...before].filter((name) => !names.has(name)).concat([...names].filter((name) => !before.has(name)));
  }
}

/** Changes whenever a name is added or removed; undefined while a change could go unnoticed, or without a folder. */
function versionOf(folder: string): string | undefined {
  try {
    const { dev, ino, mtimeNs, ctimeNs } = statSync(folder, { bigint: true });
    const ageMs = Date.now() - Number(ctimeNs / 1_000_000n);
    return ageMs > TIME_STAMP_STEP_MS ? [folder, dev, ino, mtimeNs, ctimeNs].join(':') : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): Set<string> | undefined {
  try {
    return new Set(readdirSync(folder));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? new Set() : undefined;
  }
}
