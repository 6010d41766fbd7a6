import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { Child } from '../fixtures/processes/child.ts';
import { type Step, serve, startFaultServer } from '../fixtures/wire/fault-server.ts';

const MIB = 1024 * 1024;
let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 2.5 * MIB });
});

async function setUp(...steps: Step[]) {
  const folder = mkdtempSync(join(tmpdir(), 'reelkeep-kill-'));
  const server = await startFaultServer(...steps);
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, 'video.mp4');
  const start = (mode = '') => new Child('capture-child.ts', [server.url(), path, mode]);
  return {
    folder,
    server,
    path,
    start,
    partBytes: () => (existsSync(`${path}.part`) ? statSync(`${path}.part`).size : 0),
  };
}

test('killed at any byte, a new process asks for what is missing and makes the same file', async () => {
  const places = [1000, 300_000, MIB, MIB + 1, 2 * MIB + 17];
  const round = async (place: number) => {
    const at = await setUp(serve(video, { stallAt: place }), serve(video));
    const killed = at.start();
    await expect.poll(() => at.partBytes(), { interval: 20 }).toBe(place);
    killed.signal('SIGKILL');
    expect(await killed.exit).toBe('SIGKILL');
    expect(existsSync(at.path)).toBe(false);

    const second = at.start();
    const result = JSON.parse((await second.line()) ?? '{}');
    expect(await second.exit).toBe(0);
    expect(result).toMatchObject({ resumedFrom: place, attempts: 1 });
    expect(at.server.requests.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      [undefined, undefined],
      [`bytes=${place}-`, '"v1"'],
    ]);
    expect(readFileSync(at.path).equals(video)).toBe(true);
    expect(await readdir(at.folder)).toEqual(['video.mp4']);
  };
  await Promise.all(places.map(round));
});

test('killed after the last byte, before the rename: finished by a new process without a request', async () => {
  const at = await setUp(serve(video));
  const killed = at.start('hang');
  expect(await killed.line()).toBe('verified');
  killed.signal('SIGKILL');
  await killed.exit;
  expect(existsSync(at.path)).toBe(false);
  const second = at.start();
  expect(JSON.parse((await second.line()) ?? '{}')).toMatchObject({ attempts: 0, resumedFrom: video.length });
  expect(at.server.requests).toHaveLength(1);
  expect(readFileSync(at.path).equals(video)).toBe(true);
});

test('two processes never write one part: the second waits, also for one that is paused, and starts when it dies', async () => {
  const at = await setUp(serve(video, { stallAt: 500_000 }), serve(video));
  const first = at.start();
  await expect.poll(() => at.partBytes(), { interval: 20 }).toBe(500_000);
  first.signal('SIGSTOP');
  const second = at.start();
  // Long enough for it to have started and looked at the lock.
  await expect.poll(() => at.server.requests).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(at.server.connections()).toBe(1);
  first.signal('SIGKILL');
  expect(JSON.parse((await second.line()) ?? '{}')).toMatchObject({ resumedFrom: 500_000 });
  expect(readFileSync(at.path).equals(video)).toBe(true);
});
