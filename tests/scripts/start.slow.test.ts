import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hashSources, isBuilt } from '../../scripts/shared/app-build.ts';
import { sendRaw } from '../fixtures/raw-request.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const PATIENCE_MS = 300_000;

/** A copy of the project: `npm start` builds where it stands. */
function projectCopy(): string {
  const folder = temporaryFolder();
  for (const name of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'vite.config.ts',
    'src',
    'scripts',
    'static/site',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

interface Started {
  address: string;
  said: string[];
  end(signal: NodeJS.Signals): Promise<number | string>;
}

async function start(folder: string, args: string[]): Promise<Started> {
  const env = {
    ...process.env,
    TMPDIR: temporaryFolder(),
    REELKEEP_SANDBOX_TASK_MS: '400',
    REELKEEP_LOG_LEVEL: 'warn',
  };
  const child: ChildProcess = spawn(process.execPath, ['scripts/start.ts', ...args], { cwd: folder, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (!child.stdout || !child.stderr) throw new Error('no pipe from the child');
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => said.push(line));
  const ended = new Promise<number | string>((done) =>
    child.once('exit', (code, signal) => done(code ?? signal ?? '')),
  );
  const address = await vi.waitFor(() => {
    const [found] = /http:\/\/\S+/.exec(said.find((line) => line.startsWith('Reelkeep is at')) ?? '') ?? [];
    if (found === undefined) throw new Error(said.join('\n'));
    return found;
  }, 120_000);
  return {
    address,
    said,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

describe('npm start', () => {
  it('builds once, serves on the sandbox, stops cleanly and starts again', { timeout: PATIENCE_MS }, async () => {
    const folder = projectCopy();
    const first = await start(folder, ['--sandbox', '--port', '0']);
    expect(first.said[0]).toMatch(/^Building/);
    const at = first.address.replace('localhost', '127.0.0.1');
    const video = '/api/videos/eiffel-tower/1900';
    const headers = { 'content-type': 'application/json' };
    expect((await sendRaw(at, video, { method: 'POST', headers, body: '{}' })).status).toBe(202);
    await vi.waitFor(async () => expect((await sendRaw(at, video)).json()).toMatchObject({ state: 'ready' }), 20_000);
    const records = JSON.parse(readFileSync(join(folder, 'sandbox-output/generated-videos.json'), 'utf8'));
    expect(records).toMatchObject([{ status: 'ready' }]);
    expect(await first.end('SIGINT')).toBe(0);

    const second = await start(folder, ['--sandbox', '--port', '0']);
    expect(second.said.join('\n')).not.toMatch(/Building/);
    expect(await second.end('SIGTERM')).toBe(0);
    // Sources that are older than the build, but others, are noticed.
    writeFileSync(join(folder, 'src/error.html'), '<p>%sveltekit.error.message%</p>');
    expect(isBuilt(folder)).toBe(false);
  });

  it('knows its sources by what is in them, and records and sandbox are none', () => {
    const folder = projectCopy();
    const before = hashSources(folder);
    writeFileSync(join(folder, 'src/lib/data/generated-videos.json'), '[{}]');
    expect(hashSources(folder)).toBe(before);
    writeFileSync(join(folder, 'src/lib/web/problem.ts'), '');
    expect(hashSources(folder)).not.toBe(before);
  });
});

describe('npm run demo', () => {
  it(
    'ends by opening the built app on the sandbox, and closes it where nobody is looking',
    async () => {
      const folder = projectCopy();
      const env = { ...process.env, TMPDIR: temporaryFolder(), REELKEEP_SANDBOX_TASK_MS: '400' };
      const { stdout } = await promisify(execFile)(process.execPath, ['scripts/demo.ts'], { cwd: folder, env });
      expect(stdout).toMatch(/^The app is open at http:\/\/localhost:\d+$/m);
      expect(stdout.match(/: ready, /g)).toHaveLength(3);
      expect(stdout).not.toContain('"level"');
    },
    PATIENCE_MS,
  );
});
