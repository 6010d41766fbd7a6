import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { buildThere, cleanEnvironment, copyApp } from '../fixtures/app/app-copy.ts';
import { freePort } from '../fixtures/app/built-app.ts';
import { sendRaw } from '../fixtures/app/raw-request.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const PATIENCE_MS = 300_000;
const NAMES = ['no-record.mp4', 'no-record.mp4.part', 'no-record.mp4.part.json'];

/** A copy of the app with captures in its default folder that no record owns, as a killed run leaves them. */
function appWithStrayCaptures(): string {
  const folder = temporaryFolder();
  copyApp(folder);
  mkdirSync(join(folder, 'static/videos'), { recursive: true });
  for (const name of NAMES) writeFileSync(join(folder, 'static/videos', name), 'stray bytes');
  return folder;
}

async function serve(folder: string, args: string[], port: number): Promise<string> {
  const env = { ...cleanEnvironment, PORT: String(port), HOST: '127.0.0.1', WANX_METADATA_PATH: 'records.json' };
  const child: ChildProcess = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await sendRaw(url, '/api/health')).status).toBe(200), {
    timeout: 60_000,
    interval: 200,
  });
  return url;
}

/** Every spelling under which a static file server may find them. */
const PATHS = NAMES.flatMap((name) => [
  `/videos/${name}`,
  `/%76ideos/${name}`,
  `//videos/${name}`,
  `/./videos/${name}`,
  `/static/videos/${name}`,
  `/static/videos/${name}?raw`,
  `/site/../videos/${name}`,
]);

async function expectNothing(url: string, more: string[] = []): Promise<void> {
  for (const path of [...PATHS, ...more]) {
    const { status, body } = await sendRaw(url, path);
    expect(`${path} ${status < 400 ? status : 'refused'}`).toBe(`${path} ${status === 308 ? 308 : 'refused'}`);
    expect(String(body)).not.toContain('stray bytes');
  }
}

describe('captures that no record owns', () => {
  it('get into no build, and are served by none', { timeout: PATIENCE_MS }, async () => {
    const folder = appWithStrayCaptures();
    await buildThere(folder);
    const built = readdirSync(join(folder, 'build'), { recursive: true, encoding: 'utf8' });
    expect(built.filter((name) => name.includes('no-record'))).toEqual([]);
    // What belongs to the app is there all the same.
    expect(existsSync(join(folder, 'build/client/favicon.svg'))).toBe(true);
    const url = await serve(folder, ['build/index.js'], await freePort());
    await expectNothing(url);
    expect((await sendRaw(url, '/favicon.svg')).status).toBe(200);
  });

  it('are not served by the dev server either', { timeout: PATIENCE_MS }, async () => {
    const folder = appWithStrayCaptures();
    writeFileSync(join(folder, 'src/lib/data/generated-videos.json'), '["stray bytes"]');
    writeFileSync(join(folder, '.env'), 'NOTE=stray bytes');
    const port = await freePort();
    const url = await serve(
      folder,
      ['node_modules/vite/bin/vite.js', 'dev', '--port', String(port), '--host', '127.0.0.1'],
      port,
    );
    const outside = NAMES.map((name) => `/@fs${folder}/static/videos/${name}`);
    await expectNothing(url, [...outside, '/.env', `/@fs${folder}/.env`, '/src/lib/data/generated-videos.json']);
    expect((await sendRaw(url, '/favicon.svg')).status).toBe(200);
  });
});
