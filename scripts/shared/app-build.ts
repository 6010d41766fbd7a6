import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ReelError } from '#lib/base/errors.ts';

const STAMP = '.sources';
const SOURCES = ['src', 'static/site', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];
// Records change with every video, and the sandbox is not part of the app.
const NOT_BUILT = /^src\/(lib\/sandbox\/|lib\/data\/generated-videos\.json|.*\.(lock\.db|tmp)\b)/;

/** The source files of the build, relative to the root: no records, no videos, nothing of the sandbox. */
export function listSources(root: string): string[] {
  return SOURCES.flatMap((source) => filesIn(root, source)).sort();
}

/** A hash of all source files of the build. */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const name of listSources(root)) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(root, name)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Whether `build/` was made from the current sources. File times do not show that: a checkout may reset them. */
export function isBuilt(root: string): boolean {
  const stamp = join(root, 'build', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources(root);
}

/**
 * Builds the app into `build/`.
 * @throws ReelError `config` with the builder's output
 */
export async function buildApp(root: string): Promise<void> {
  const hash = hashSources(root);
  // Both change what is built: SvelteKit relaxes its guards under test, and Svelte its output in development.
  const { VITEST: _vitest, TEST: _test, NODE_ENV: _mode, ...env } = process.env;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  try {
    await promisify(execFile)(process.execPath, [vite, 'build'], { cwd: root, env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new ReelError('config', `The app could not be built. ${stderr || 'Run "npm run build" to see why.'}`, {
      cause: error,
    });
  }
  writeFileSync(join(root, 'build', STAMP), hash);
}

function filesIn(root: string, source: string): string[] {
  const path = join(root, source);
  if (!existsSync(path)) return [];
  const entries = /\.\w+$/.test(source) ? [] : readdirSync(path, { recursive: true, withFileTypes: true });
  if (entries.length === 0) return [source];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((name) => !NOT_BUILT.test(name));
}
