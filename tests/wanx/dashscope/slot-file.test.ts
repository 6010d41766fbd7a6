import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { processIdentity } from '#lib/jobs/lease/process-identity.server.ts';
import { RateLimit } from '#lib/wanx/dashscope/rate-limit.ts';
import { SlotFile } from '#lib/wanx/dashscope/slot-file.server.ts';
import { describeRateLimit } from '../../contracts/rate-limit.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { answered, mostWithin, SlowServer, unanswered } from '../../fixtures/wire/limited-requests.ts';

const WINDOW_MS = 1050;
const LONGEST_FLIGHT_MS = 15_000;
/** Whoever finds the lock taken looks again a little later. */
const BLINK_MS = 20;

describeRateLimit(
  'a file',
  (limit, windowMs, clock) =>
    new RateLimit(limit, windowMs, clock, new SlotFile({ folder: folderIn(), name: 'a', windowMs, clock })),
);

function folderIn(): string {
  return join(temporaryFolder(), 'counted');
}

let clock: VirtualClock;
let folder: string;
beforeEach(() => {
  clock = new VirtualClock();
  folder = folderIn();
});

/** What each process has: nothing in common with others but the folder. */
function limitOf(limit: number, name = 'a', owner = processIdentity()): RateLimit {
  return new RateLimit(limit, WINDOW_MS, clock, new SlotFile({ folder, name, windowMs: WINDOW_MS, clock, owner }));
}

async function timeFor(work: () => Promise<unknown>): Promise<number> {
  const startMs = clock.now();
  await work();
  return clock.now() - startMs;
}

/** A request that has left, and of which nobody hears again. */
function leaveUnanswered(limit: RateLimit): Promise<void> {
  return new Promise((resolve) => {
    void limit.run(() => {
      resolve();
      return unanswered();
    });
  });
}

const file = () => join(folder, 'requests');
const statesOf = (text: string) => JSON.parse(text.split('\n')[1] ?? '');

describe('several processes', () => {
  it('never exceed the limit together, and lose little by sharing it', async () => {
    const server = new SlowServer(clock);
    const elapsedMs = await timeFor(() =>
      Promise.all(Array.from({ length: 5 }, () => server.hammer(limitOf(18), 60, 60))),
    );
    expect(server.arrivedAtMs).toHaveLength(300);
    expect(mostWithin(1000, server.arrivedAtMs)).toBeLessThanOrEqual(18);
    // 300 requests are 17 windows, each longer by a request and by looking when its answer is in.
    expect(elapsedMs).toBeLessThan(17 * (WINDOW_MS + 200));
  });

  it('do not disturb each other under other names', async () => {
    await limitOf(1, 'a').run(answered);
    expect(await timeFor(() => limitOf(1, 'b').run(answered))).toBeLessThan(BLINK_MS);
    expect(await timeFor(() => limitOf(1, 'a').run(answered))).toBeGreaterThan(WINDOW_MS - BLINK_MS);
  });

  it('count what a killed one had on its way for two windows', async () => {
    const [machine] = processIdentity().split('/');
    await leaveUnanswered(limitOf(1, 'a', `${machine}/999999999/-/x`));
    expect(await timeFor(() => limitOf(1).run(answered))).toBe(2 * WINDOW_MS);
  });

  it('wait for the requests of a stopped one no longer than they can be on their way', async () => {
    await leaveUnanswered(limitOf(1));
    expect(await timeFor(() => limitOf(1).run(answered))).toBe(LONGEST_FLIGHT_MS + WINDOW_MS);
  });

  it('wait for one window when the machine was started anew and its clock begins again', async () => {
    await leaveUnanswered(limitOf(1));
    clock.set(5000);
    expect(await timeFor(() => limitOf(1).run(answered))).toBe(WINDOW_MS);
  });
});

describe('the file', () => {
  it('is private, and stays small whatever comes and goes', async () => {
    for (let round = 0; round < 30; round += 1) {
      await leaveUnanswered(limitOf(2, `port ${round}`));
      clock.set(clock.now() + 30_000);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['requests', 'requests.lock.db']);
    expect(Object.keys(statesOf(readFileSync(file(), 'utf8'))).length).toBeLessThanOrEqual(3);
    expect(statSync(file()).size).toBeLessThan(2000);
  });

  const wrongShape = JSON.stringify({ a: 'none' });
  it.each<[string, (whole: string) => string]>([
    ['is empty', () => ''],
    ['is something else', () => 'hello'],
    ['was cut in the middle', (whole) => whole.slice(0, whole.length / 2)],
    ['was half overwritten', (whole) => `${whole.slice(0, 40)}${whole.slice(80)}`],
    ['has other bytes in the same shape', (whole) => whole.replace(/"sinceMs":\d/, '"sinceMs":2')],
    ['is of another shape', () => `${crc32(wrongShape)}\n${wrongShape}`],
  ])('counts as a full window when it %s', async (_, garble) => {
    await limitOf(3).run(answered);
    writeFileSync(file(), garble(readFileSync(file(), 'utf8')));
    const elapsedMs = await timeFor(() => limitOf(3).run(answered));
    expect(elapsedMs).toBeGreaterThanOrEqual(WINDOW_MS);
    expect(elapsedMs).toBeLessThan(WINDOW_MS + BLINK_MS);
    // It has been replaced.
    expect(await timeFor(() => limitOf(3).run(answered))).toBeLessThan(BLINK_MS);
  });

  it('counts as it is when it has been longer', async () => {
    await limitOf(1).run(answered);
    appendFileSync(file(), ' '.repeat(5000));
    await limitOf(1, 'b').run(answered);
    expect(await timeFor(() => limitOf(1).run(answered))).toBeGreaterThan(WINDOW_MS - BLINK_MS);
  });
});

describe('a process that is stopped while it holds the lock', () => {
  it('leaves one request a window to each of the others', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const lock = tryFileLock(join(folder, 'requests.lock.db'));
    const server = new SlowServer(clock);
    const elapsedMs = await timeFor(() =>
      Promise.all(Array.from({ length: 3 }, () => server.hammer(limitOf(18), 4, 3 * WINDOW_MS))),
    );
    lock?.release();
    expect(mostWithin(1000, server.arrivedAtMs)).toBeLessThanOrEqual(3);
    expect(elapsedMs).toBeLessThan(4 * 9 * WINDOW_MS);
  });

  it('does not hold up a caller who cancels', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const lock = tryFileLock(join(folder, 'requests.lock.db'));
    clock = new VirtualClock({ auto: false });
    const controller = new AbortController();
    const waiting = limitOf(18).run(answered, controller.signal);
    await clock.somebodyWaits();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(clock.pending).toBe(0);
    lock?.release();
  });
});

describe('a folder that cannot be used', () => {
  it.each<[string, () => void]>([
    ['is a link, which anybody may have put there', () => symlinkSync(temporaryFolder(), folder)],
    ['is a file', () => writeFileSync(folder, '')],
    [
      'cannot be made',
      () => {
        folder = join(folder, 'in a missing one');
      },
    ],
    [
      'is open to others',
      () => {
        mkdirSync(folder);
        chmodSync(folder, 0o777);
      },
    ],
    ['has a folder in the place of the file', () => mkdirSync(file(), { recursive: true, mode: 0o700 })],
  ])('makes each process count for itself when it %s', async (_, spoil) => {
    spoil();
    const one = limitOf(2);
    expect(await timeFor(() => Promise.all([one.run(answered), one.run(answered)]))).toBe(0);
    expect(await timeFor(() => limitOf(2).run(answered))).toBe(0);
    expect(await timeFor(() => one.run(answered))).toBe(WINDOW_MS);
    expect(existsSync(file()) && statSync(file()).isFile()).toBe(false);
  });

  it('is used again as soon as it can be, with what was counted meanwhile', async () => {
    writeFileSync(folder, '');
    const one = limitOf(2);
    await one.run(answered);
    rmSync(folder);
    await one.run(answered);
    expect(await timeFor(() => limitOf(2).run(answered))).toBeGreaterThan(WINDOW_MS - BLINK_MS);
  });
});
