import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { JobBench, noLook } from '../../fixtures/fake-provider.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { hangUp, serve, startFaultServer } from '../../fixtures/wire/fault-server.ts';

const HOUR_MS = 3_600_000;

/** A bench whose process died after the rename and before the record said so. */
async function diedAfterRename(behind = ''): Promise<JobBench> {
  const bench = await JobBench.open(behind);
  const made = await bench.run();
  const { sizeBytes = 0, sha256 = '' } = made;
  const captured = { taskId: 'task-1', sizeBytes, sha256 };
  await bench.store.update(
    'k',
    (current) => current && { ...current, status: 'generating', receipt: undefined, captured },
  );
  bench.provider.onRead = () => noLook('network', 'asked for the task again');
  return bench;
}

describe('a file that is whole and odd', () => {
  const notes = [expect.stringMatching(/^7 bytes after its last box/)];

  it('is delivered, with a note in its receipt', async () => {
    const bench = await JobBench.open('a label');
    expect(await bench.run()).toMatchObject({ status: 'ready', receipt: { differences: [], notes } });
  });

  it('is recognised after a crash, with the same note', async () => {
    const bench = await diedAfterRename('a label');
    expect(await bench.run()).toMatchObject({ status: 'ready', receipt: { notes } });
  });
});

describe('a file that was published just before a crash', () => {
  it('is recognised and recorded, without asking for its link', async () => {
    const bench = await diedAfterRename();
    bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId, { url: 'https://nobody.test/' });
    const record = await bench.run();
    expect(record).toMatchObject({
      status: 'ready',
      receipt: { charged: { usd: 0.4 }, delivered: { durationSeconds: 2 } },
    });
    expect(record.captured).toBeUndefined();
  });

  it('is recorded without a charge when the task is gone', async () => {
    const bench = await diedAfterRename();
    bench.provider.onRead = async () => {
      throw new ReelError('expired', 'gone');
    };
    expect(await bench.run()).toMatchObject({ status: 'ready', receipt: { charged: { usd: null } } });
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['another size', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
    ['other bytes', (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])])],
  ])('is not taken for what it is not: %s', async (_name, spoil) => {
    const bench = await diedAfterRename();
    const path = join(bench.folder, 'k.mp4');
    const good = readFileSync(path);
    writeFileSync(path, spoil(good));
    await expect(bench.run()).rejects.toMatchObject({ message: 'asked for the task again' });
    bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId);
    expect(await bench.run()).toMatchObject({ status: 'ready' });
    expect(readFileSync(path).equals(good)).toBe(true);
  });

  it('is not taken for the file of another task', async () => {
    const bench = await diedAfterRename();
    await bench.store.update('k', (current) => current && { ...current, taskId: 'task-2' });
    await expect(bench.run()).rejects.toMatchObject({ message: 'asked for the task again' });
  });
});

describe('litter beside the final file', () => {
  it('is removed when the file is in place, but for what somebody is writing', async () => {
    const bench = await JobBench.open();
    mkdirSync(bench.folder, { recursive: true });
    const litter = [
      'k.mp4.f2.part',
      'k.mp4.f2.part.json',
      'k.mp4.part.json.3191143585',
      'k.mp4.f3.part',
      'k.mp4.f3.part.lock',
    ];
    const others = ['k.mp4.partly', 'kk.mp4.part', 'k.mp4.f2.part.json.old'];
    for (const name of [...litter, ...others]) writeFileSync(join(bench.folder, name), '');
    const lock = tryFileLock(join(bench.folder, 'k.mp4.f3.part.lock'));
    await bench.run();
    lock?.release();
    expect(readdirSync(bench.folder).sort()).toEqual(
      [...others, 'k.mp4', 'k.mp4.f3.part', 'k.mp4.f3.part.lock'].sort(),
    );
  });
});

describe('the part file of a predecessor that is stopped', () => {
  it('is left alone: the download goes on beside it, once', async () => {
    const bench = await JobBench.open();
    const lock = tryFileLock(join(bench.folder, 'k.mp4.part.lock'));
    writeFileSync(join(bench.folder, 'k.mp4.part'), 'theirs');
    expect(await bench.run()).toMatchObject({ status: 'ready' });
    expect(readFileSync(join(bench.folder, 'k.mp4.part'), 'utf8')).toBe('theirs');
    lock?.release();
  });
});

describe('a task that succeeded', () => {
  it.each([
    ['whose link names its end', 20 * HOUR_MS],
    ['whose end nobody names', undefined],
  ])('%s is fetched for hours from a server that is away', async (_name, leftMs) => {
    const bench = await JobBench.open();
    const video = await makeMp4({ sizeBytes: 4000 });
    const startMs = bench.clock.now();
    const server = await startFaultServer((socket, request) => {
      const step = bench.clock.now() < startMs + 10 * HOUR_MS ? hangUp : serve(video);
      step(socket, request);
    });
    onTestFinished(() => server.close());
    const expiresAt = leftMs === undefined ? undefined : new Date(startMs + leftMs);
    bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId, { url: server.url(), expiresAt });
    expect(await bench.run()).toMatchObject({ status: 'ready' });
    expect(bench.clock.now() - startMs).toBeGreaterThan(10 * HOUR_MS);
  });

  it('without a link is the provider’s failure, and billed', async () => {
    const bench = await JobBench.open();
    bench.provider.onRead = async (taskId) => ({ taskId, phase: 'succeeded', assets: [] });
    await expect(bench.run()).rejects.toMatchObject({ code: 'provider-failed', billable: 'yes', taskId: 'task-1' });
  });

  it('with a dead link is read again for a fresh one', async () => {
    const bench = await JobBench.open();
    const alive = bench.provider.assetUrl;
    const dead = { url: new URL('/dead.mp4', alive).href };
    bench.provider.onRead = async (taskId, { nth }) => bench.provider.succeeded(taskId, nth === 1 ? dead : {});
    expect(await bench.run()).toMatchObject({ status: 'ready' });
    bench.provider.onRead = async (taskId, { nth }) =>
      nth === 3 ? bench.provider.succeeded(taskId, dead) : { taskId, phase: 'unknown', assets: [] };
    await expect(bench.run({ key: 'gone' })).rejects.toMatchObject({
      code: 'expired',
      taskId: 'task-2',
      billable: 'maybe',
    });
  });
});

describe('progress of the waiting', () => {
  it('tells the phase, the time since the submission, and until when', async () => {
    const bench = await JobBench.open();
    const expiresAt = bench.iso(-24 * HOUR_MS);
    await bench.given({ taskId: 'task-0', expiresAt, submittedAt: bench.iso(5000), intent: intentAt(bench.iso(6000)) });
    const phases = ['queued', 'generating'] as const;
    bench.provider.onRead = async (taskId, { nth }) => {
      const phase = phases[nth - 1];
      return phase ? { taskId, phase, assets: [], queuePosition: 3, progress: 0.4 } : bench.provider.succeeded(taskId);
    };
    await bench.run();
    const told = bench.events.flatMap((event) => (event.kind === 'progress' ? [event.progress] : []));
    expect(told.slice(0, 2)).toEqual([
      { stage: 'queued', taskId: 'task-0', elapsedMs: 5000, expiresAt, queuePosition: 3 },
      { stage: 'generating', taskId: 'task-0', elapsedMs: 6000, expiresAt, progress: 0.4 },
    ]);
  });
});

describe('the deadline of a link', () => {
  it('is warned of once at half and once at a tenth of its time', async () => {
    const bench = await JobBench.open();
    await bench.given({
      taskId: 'task-0',
      expiresAt: bench.iso(-10 * HOUR_MS),
      submittedAt: bench.iso(),
      intent: intentAt(bench.iso()),
    });
    bench.provider.onRead = async (taskId) => {
      for (let hours = 1; hours <= 10; hours += 1) {
        await bench.clock.advance(HOUR_MS);
        bench.tick();
      }
      return bench.provider.succeeded(taskId);
    };
    await bench.run().catch(() => {});
    const warnings = bench.events.flatMap((event) => (event.kind === 'deadline' ? [event.warning] : []));
    expect(warnings).toMatchObject([
      { key: 'k', taskId: 'task-0', fractionLeft: 0.5, timeLeftMs: 5 * HOUR_MS },
      { fractionLeft: 0.1, timeLeftMs: HOUR_MS },
    ]);
  });
});
