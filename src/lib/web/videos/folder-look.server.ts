import { readdirSync, statSync } from 'node:fs';

// Time stamps of files advance in steps of up to 10 ms: what changes twice within one looks unchanged.
const TIME_STAMP_STEP_MS = 50;

/** Notices which files of a folder come and go. It costs one look at the folder while nothing does. */
export class FolderLook {
  #version: string | undefined;
  #names: ReadonlySet<string> = new Set();

  /** @returns the names that came or went since the last look; `unknown` where the folder cannot be listed */
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

/** Differs whenever a name came or went; undefined while a change could still go unnoticed, or where there is no folder. */
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
