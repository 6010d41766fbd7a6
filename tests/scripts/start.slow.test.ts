import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { SECURITY_HEADERS } from '#lib/web/http/security-headers.ts';
import { hashSources, isBuilt } from '../../scripts/shared/app-build.ts';
import { sendRaw } from '../fixtures/app/raw-request.ts';
import { builtProjectCopy, projectCopy, startInCopy } from '../fixtures/app/started-app.ts';

const PATIENCE_MS = 300_000;

const VIDEO = '/api/videos/eiffel-tower/1900';
const SLOW = { REELKEEP_SANDBOX_TASK_MS: '600000' };

async function order(url: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  expect((await sendRaw(url, VIDEO, { method: 'POST', headers, body: '{}' })).status).toBe(202);
}

function recordsOf(folder: string): VideoMetadata[] {
  return JSON.parse(readFileSync(join(folder, 'sandbox-output/generated-videos.json'), 'utf8'));
}

/** An app with a task under way, and so with a lease. */
async function underWay(command?: string[]) {
  const folder = await builtProjectCopy();
  const app = await startInCopy(folder, { env: SLOW, ...(command && { command }) });
  await order(app.url);
  await vi.waitFor(() => expect(recordsOf(folder)).toMatchObject([{ taskId: expect.any(String), lease: {} }]), 60_000);
  return { folder, app };
}

describe('npm start', () => {
  it('builds once, serves on the sandbox, stops cleanly and starts again', { timeout: PATIENCE_MS }, async () => {
    const folder = projectCopy();
    // A budget says nothing about a sandbox.
    const first = await startInCopy(folder, { env: { WANX_BUDGET_USD: '0' } });
    expect(first.said[0]).toMatch(/^Building/);
    await order(first.url);
    await vi.waitFor(
      async () => expect((await sendRaw(first.url, VIDEO)).json()).toMatchObject({ state: 'ready' }),
      60_000,
    );
    expect(recordsOf(folder)).toMatchObject([{ status: 'ready' }]);
    expect((await sendRaw(first.url, '/favicon.svg')).headers).toMatchObject(SECURITY_HEADERS);
    expect(await first.end('SIGINT')).toBe(0);

    const second = await startInCopy(folder);
    expect(second.said.join('\n')).not.toMatch(/Building/);
    expect(await second.end('SIGTERM')).toBe(0);
    // Sources that are older than the build, but others, are noticed.
    writeFileSync(join(folder, 'src/error.html'), '<p>%sveltekit.error.message%</p>');
    expect(isBuilt(folder)).toBe(false);
  });

  it('lets go of its work when the terminal is closed', { timeout: PATIENCE_MS }, async () => {
    const { folder, app } = await underWay();
    expect(await app.end('SIGHUP')).toBe(0);
    expect(recordsOf(folder)).toMatchObject([{ status: 'generating' }]);
    expect(recordsOf(folder)[0]?.lease).toBeUndefined();
  });

  // On Windows npm cannot be asked to end.
  it.skipIf(process.platform === 'win32')(
    'ends with the npm that started it, which hands no signal on',
    { timeout: PATIENCE_MS },
    async () => {
      const { folder, app } = await underWay(['npm', 'start', '--']);
      await app.end('SIGTERM');
      await vi.waitFor(() => expect(recordsOf(folder)[0]?.lease).toBeUndefined(), 60_000);
      await vi.waitFor(
        () => expect(sendRaw(app.url, '/api/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' }),
        60_000,
      );
    },
  );

  it('knows its sources by what is in them, and records and sandbox are none', () => {
    const folder = projectCopy();
    const before = hashSources(folder);
    writeFileSync(join(folder, 'src/lib/data/generated-videos.json'), '[{}]');
    expect(hashSources(folder)).toBe(before);
    writeFileSync(join(folder, 'src/lib/web/http/problem.ts'), '');
    expect(hashSources(folder)).not.toBe(before);
  });
});

describe('npm run demo', () => {
  it(
    'ends by opening the built app on the sandbox, and closes it where nobody is looking',
    async () => {
      const folder = projectCopy();
      const env = { ...process.env, REELKEEP_SANDBOX_TASK_MS: '400' };
      const { stdout } = await promisify(execFile)(process.execPath, ['scripts/demo.ts'], { cwd: folder, env });
      expect(stdout).toMatch(/^The app is open at http:\/\/localhost:\d+$/m);
      expect(stdout.match(/: ready, /g)).toHaveLength(3);
      expect(stdout).not.toContain('"level"');
    },
    PATIENCE_MS,
  );
});
