import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const READER = fileURLToPath(new URL('../../../src/lib/stores/records/json-file-reader.server.ts', import.meta.url));
const CHILD = `
import { JsonFileReader } from ${JSON.stringify(READER)};
const format = { schema: { safeParse: (data) => ({ success: true, data }) }, keyOf: String };
try {
  console.log('records', new JsonFileReader(process.argv[1], format).read().list().length);
} catch ({ name, code, stage, message }) {
  console.log(JSON.stringify({ name, code, stage, message }));
}`;

/** In a process of its own: a pipe without a writer blocks a whole process, so that not even a test's time limit ends it. */
function readThere(path: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', CHILD, path], {
    timeout: 20_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function pipeIn(folder: string): string {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

function folderIn(folder: string): string {
  const path = join(folder, 'records.json');
  mkdirSync(path);
  return path;
}

function linkIn(folder: string): string {
  const path = join(folder, 'link.json');
  symlinkSync('/dev/null', path);
  return path;
}

describe.skipIf(process.platform === 'win32')('records at a place that is no plain file', () => {
  it.each<[string, (folder: string) => string, string]>([
    ['a pipe that nobody writes', pipeIn, 'a device or a pipe'],
    ['a device', () => '/dev/null', 'a device or a pipe'],
    ['a link to it', linkIn, 'a device or a pipe'],
    ['a folder', folderIn, 'a folder'],
  ])(
    '%s: refused before it is read',
    (_what, make, named) => {
      const path = make(temporaryFolder());
      const error = JSON.parse(readThere(path));
      expect(error).toMatchObject({ name: 'ReelError', code: 'disk', stage: 'recording' });
      expect(error.message).toContain(`${path} cannot hold the records: it is ${named}`);
      expect(error.message).toContain('choose another path');
    },
    30_000,
  );

  it('nothing: an empty store', () => {
    const path = join(temporaryFolder(), 'records.json');
    expect(readThere(path)).toBe('records 0\n');
    expect(existsSync(path)).toBe(true);
  }, 30_000);
});
