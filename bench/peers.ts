import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { acquireFileLock } from '#lib/base/disk/file-lock.server.ts';

/** Where the peers live: apart from our own dependencies, and not in git. */
export const PEERS_FOLDER = join(import.meta.dirname, '.peers');

export type Peer = { module: Record<string, unknown>; version: string } | { skipped: string };

/**
 * Installs a peer of a benchmark, unless it is there already, and imports it. Never throws: a peer that cannot be had
 * is to be named in the table with the reason.
 * @param specifier what to import, when it is not the package's main entry (`lowdb/node`)
 */
export async function importPeer(name: string, version: string, specifier = name): Promise<Peer> {
  try {
    await install(name, version);
    const { default: importFrom } = await import(pathToFileURL(join(PEERS_FOLDER, 'import.mjs')).href);
    return { module: await importFrom(specifier), version };
  } catch (error) {
    return { skipped: `${name} ${version}: ${error instanceof Error ? error.message : error}` };
  }
}

async function install(name: string, version: string): Promise<void> {
  if (installedVersion(name) === version) return;
  mkdirSync(PEERS_FOLDER, { recursive: true });
  // Two installations at once would undo each other.
  const lock = await acquireFileLock(join(PEERS_FOLDER, 'install.lock.db'), { timeoutMs: 600_000 });
  try {
    if (installedVersion(name) === version) return;
    writeIfMissing('package.json', '{ "name": "reelkeep-bench-peers", "private": true }\n');
    // A module inside the folder, so that its `import` finds the peers.
    writeIfMissing('import.mjs', 'export default (specifier) => import(specifier);\n');
    await npmInstall(`${name}@${version}`);
  } finally {
    lock.release();
  }
}

function installedVersion(name: string): string | undefined {
  const path = join(PEERS_FOLDER, 'node_modules', name, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : undefined;
}

function writeIfMissing(name: string, text: string): void {
  const path = join(PEERS_FOLDER, name);
  if (!existsSync(path)) writeFileSync(path, text);
}

async function npmInstall(what: string): Promise<void> {
  const args = [
    'install',
    '--prefix',
    PEERS_FOLDER,
    '--save-exact',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    what,
  ];
  const npm = spawn('npm', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  npm.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const [code] = await once(npm, 'close');
  if (code !== 0) throw new Error(`npm install failed: ${complaint.trim().split('\n')[0] ?? code}`);
}
