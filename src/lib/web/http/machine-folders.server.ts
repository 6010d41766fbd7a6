import { homedir, tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { readSettings } from '#lib/config.ts';

/** The folders that messages of this server are about, none of which is anybody's business. */
export function machineFolders(): string[] {
  const folders = [homedir(), tmpdir(), process.cwd(), ...settledFolders()];
  // The root of a disk hides nothing.
  return [...new Set(folders)].filter((folder) => dirname(folder) !== folder);
}

function settledFolders(): string[] {
  try {
    const { projectRoot, videoDir, metadataPath } = readSettings();
    return [projectRoot, videoDir, dirname(metadataPath)];
  } catch {
    // Wrong settings are what is being told.
    return [];
  }
}
