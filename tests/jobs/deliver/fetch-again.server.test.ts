import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FetchAgainOptions } from '#lib/jobs/deliver/fetch-again.server.ts';
import { DAY_MS, JobBench, type KeyedRecord, noLook } from '../../fixtures/fake-provider.ts';
import { HALF_DOLLAR, intentAt } from '../../fixtures/records/job-records.ts';

/** A bench with one delivered video; `again` fetches it once more. */
async function delivered(behind = '') {
  const bench = await JobBench.open(behind);
  const before = await bench.run();
  const path = join(bench.folder, 'k.mp4');
  const again = (options: FetchAgainOptions = {}, taskId = 'task-1') =>
    bench.engine.fetchAgain(bench.job(), taskId, {
      clock: bench.clock,
      newOwner: () => 'again',
      isSurelyDead: (owner) => bench.dead.has(owner),
      every: () => () => {},
      ...options,
    });
  const set = (fields: Partial<KeyedRecord>) =>
    bench.store.update('k', (current) => current && { ...current, ...fields });
  return { bench, before, path, again, set };
}

/** Without what a lease alone changes. */
function withoutLease({ lease: _lease, fence: _fence, ...rest }: KeyedRecord): Partial<KeyedRecord> {
  return rest;
}

const theirs = (bench: JobBench) => ({ owner: 'them', fence: 9, expiresAt: bench.iso(-60_000) });

describe('fetching the file of a delivered task again', () => {
  it('puts the file back, and says nothing else of the same bytes than before', async () => {
    const { bench, before, path, again } = await delivered();
    const bytes = readFileSync(path);
    rmSync(path);
    const { onRead } = bench.provider;
    bench.provider.onRead = async (taskId, options) => {
      expect(withoutLease(await bench.record())).toEqual(withoutLease(before));
      expect((await bench.record()).lease).toMatchObject({ owner: 'again', fence: 2 });
      return onRead(taskId, options);
    };
    expect(withoutLease(await again())).toEqual(withoutLease(before));
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect((await bench.record()).lease).toBeUndefined();
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it('counts a video that somebody marked as ready over a cancellation as delivered', async () => {
    const { bench, path, again, set } = await delivered();
    await set({ canceledAt: bench.iso(), cancelConfirmed: false });
    rmSync(path);
    expect(await again()).toMatchObject({ status: 'ready' });
    expect(existsSync(path)).toBe(true);
    expect(bench.provider.submitted).toHaveLength(1);
  });

  it.each(['expired', 'auth', 'network', 'rate-limited', 'config'] as const)(
    'leaves record and file as they were when it fails with %s',
    async (code) => {
      const { bench, before, path, again } = await delivered();
      writeFileSync(path, 'somehow damaged');
      bench.provider.onRead = () => noLook(code);
      await expect(again()).rejects.toMatchObject({ code, taskId: 'task-1' });
      expect(withoutLease(await bench.record())).toEqual(withoutLease(before));
      expect((await bench.record()).lease).toBeUndefined();
      expect(readFileSync(path, 'utf8')).toBe('somehow damaged');
    },
  );

  it('reads the task again when its link is dead', async () => {
    const { bench, path, again } = await delivered();
    rmSync(path);
    const alive = bench.provider.assetUrl;
    const dead = { url: new URL('/dead', alive).href };
    let looks = 0;
    bench.provider.onRead = async (taskId) => bench.provider.succeeded(taskId, looks++ === 0 ? dead : {});
    await again();
    expect(existsSync(path)).toBe(true);
    bench.provider.onRead = async (taskId) => ({ taskId, phase: 'unknown', assets: [] });
    await expect(again()).rejects.toMatchObject({ code: 'expired' });
  });

  it('notes in a new receipt what is odd about the file', async () => {
    const { again, set } = await delivered('a label');
    await set({ sha256: 'f'.repeat(64) });
    expect((await again()).receipt?.notes).toEqual([expect.stringMatching(/^7 bytes after its last box/)]);
  });

  it('makes a new receipt for other bytes, and keeps the charge that is known', async () => {
    const { bench, before, again, set } = await delivered();
    await set({ sha256: 'f'.repeat(64) });
    bench.provider.onRead = async (taskId) => ({ ...bench.provider.succeeded(taskId), charged: undefined });
    const record = await again();
    expect(record.sha256).toBe(before.sha256);
    expect(record.receipt).toMatchObject({ charged: { usd: 0.4 }, delivered: { sizeBytes: before.sizeBytes } });
  });

  it('makes a given-up task’s record ready when the file can be had after all', async () => {
    const { bench, again, set } = await delivered();
    const nothing = { at: bench.iso(), asked: {}, estimate: HALF_DOLLAR, charged: { usd: null }, differences: ['no'] };
    await set({ status: 'failed', errorCode: 'expired', error: 'x', receipt: nothing });
    const record = await again();
    expect(record).toMatchObject({ status: 'ready', receipt: { charged: { usd: 0.4 }, differences: [] } });
    expect(record).not.toHaveProperty('error', 'x');
    expect(record.errorCode).toBeUndefined();
  });

  it('changes nothing any more once another process has taken over', async () => {
    const { bench, path, again, set } = await delivered();
    rmSync(path);
    let stored: KeyedRecord | undefined;
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === 'verifying')
        void set({ lease: theirs(bench), error: 'theirs' }).then((record) => (stored = record));
    };
    await expect(again({ onProgress })).rejects.toMatchObject({ code: 'busy' });
    expect(existsSync(path)).toBe(false);
    expect(await bench.record()).toEqual(stored);
  });
});

describe('fetching again is refused', () => {
  it.each<[string, (bench: JobBench) => Partial<KeyedRecord>, string]>([
    ['while another process holds the key', (bench) => ({ lease: theirs(bench) }), 'busy'],
    ['when the record now belongs to another task', () => ({ taskId: 'task-2' }), 'busy'],
    ['while the task is under way', () => ({ status: 'generating' }), 'busy'],
    ['when the video was cancelled', (bench) => ({ status: 'failed', canceledAt: bench.iso() }), 'busy'],
    [
      'for a task of another service',
      (bench) => ({ intent: intentAt(bench.iso(), { endpoint: 'https://elsewhere.test' }) }),
      'config',
    ],
  ])('%s', async (_name, fields, code) => {
    const { bench, again, set } = await delivered();
    const stored = await set(fields(bench));
    bench.provider.onRead = () => expect.unreachable();
    await expect(again()).rejects.toMatchObject({ code });
    expect(await bench.record()).toEqual(stored);
  });

  it('but not by the lease of a process that is dead or silent for too long', async () => {
    const { bench, again, set } = await delivered();
    bench.dead.add('them');
    await set({ lease: { ...theirs(bench), expiresAt: bench.iso(-DAY_MS) } });
    expect(await again()).toMatchObject({ fence: 10 });
    await set({ lease: { owner: 'silent', fence: 11, expiresAt: bench.iso() } });
    expect(await again()).toMatchObject({ fence: 12 });
  });
});
