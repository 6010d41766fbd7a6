import { existsSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import PQueue from 'p-queue';
import { afterAll, describe, expect, it } from 'vitest';
import { KillCounts, KillGroup } from '../fixtures/processes/killing.ts';
import type { Death } from '../fixtures/processes/video-worker-protocol.ts';
import { type VideoWorker, VideoWorld } from '../fixtures/records/video-world.ts';

const SLOW = 170_000;
const AT_ONCE = 2;
const GROUP = 8;

const counts = new KillCounts();
afterAll(() => {
  console.log(`Crash matrix\n${counts}`);
});

/** Kills one worker for each death, each with a key of its own, a few worlds at once, and checks what comes after. */
async function killAll(deaths: readonly Death[]): Promise<void> {
  const queue = new PQueue({ concurrency: AT_ONCE });
  const groups = Array.from({ length: Math.ceil(deaths.length / GROUP) }, (_, index) =>
    deaths.slice(index * GROUP, (index + 1) * GROUP),
  );
  const results = await Promise.allSettled(
    groups.map((group) =>
      queue.add(async () => {
        const kills = new KillGroup(await VideoWorld.open(), counts);
        for (const [index, death] of group.entries()) {
          const key = `s${index}/now`;
          await kills.bury(key, kills.world.worker({ keys: [key], death }));
        }
        await kills.finish();
      }),
    ),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Mulberry32: the same moments in every run, and other ones for another seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a process killed with SIGKILL has paid once, and the next one has the whole file', () => {
  it('at each stage that it tells of', { timeout: SLOW }, async () => {
    const stages = ['prompt', 'submitting', 'queued', 'generating', 'downloading', 'verifying', 'ready'] as const;
    await killAll(stages.map((stage) => ({ at: 'stage', stage })));
  });

  it('around each request', { timeout: SLOW }, async () => {
    await killAll(
      (['submit', 'query'] as const).flatMap((name) =>
        (['before', 'sent', 'answer'] as const).map((moment) => ({ at: 'request', name, moment })),
      ),
    );
  });

  it('when the provider has accepted, and the answer is not there yet', { timeout: SLOW }, async () => {
    const kills = new KillGroup(await VideoWorld.open(), counts);
    const { sandbox } = kills.world;
    sandbox.script({ fault: 'hung-submit-answer' });
    const worker = kills.world.worker({ keys: ['rome/now'] });
    await expect.poll(() => sandbox.counts().lost).toBe(1);
    worker.signal('SIGKILL');
    await kills.bury('rome/now', worker, () => 'accepted, not answered');
    await kills.finish();
  });

  it.each([0, 2000, 16_384, 30_000])(
    'in the middle of the download, with %i bytes in the part',
    { timeout: SLOW },
    async (atByte) => {
      const kills = new KillGroup(await VideoWorld.open(), counts);
      const { sandbox } = kills.world;
      sandbox.script({ fault: 'stall', atByte });
      const worker = kills.world.worker({ keys: ['rome/now'] });
      const downloads = () => sandbox.requests().filter(({ path }) => path.endsWith('.mp4'));
      await expect.poll(() => downloads().length).toBe(1);
      await expect.poll(() => sizeOf(`${kills.world.finalPath('rome/now')}.part`)).toBe(atByte);
      worker.signal('SIGKILL');
      await kills.bury('rome/now', worker, () => 'download: in the middle');
      await kills.finish();
      const [, second] = downloads();
      // Only what was missing is fetched.
      expect(second?.range).toBe(atByte > 0 ? `bytes=${atByte}-` : undefined);
    },
  );

  // A process for each place, one after the other.
  it('before each call that changes a file, and in the middle of each write', { timeout: 3 * SLOW }, async () => {
    const names = await namesOfCalls();
    expect(names.length).toBeGreaterThan(40);
    const before = names.map((_, index): Death => ({ at: 'call', nth: index + 1 }));
    const writes = names.filter((name) => name === 'write');
    const halves = writes.map((_, index): Death => ({ at: 'half a write', nth: index + 1 }));
    const killsBefore = counts.kills;
    await killAll([...before, ...halves]);
    expect(counts.kills - killsBefore).toBeGreaterThanOrEqual(before.length + halves.length - 2);
  });

  it.each<[string, Death]>([
    ['its intent', { at: 'request', name: 'submit', moment: 'before' }],
    ['a lost answer', { at: 'request', name: 'submit', moment: 'sent' }],
    ['its task', { at: 'stage', stage: 'verifying' }],
  ])('again and again while it takes up %s', { timeout: SLOW }, async (_name, first) => {
    const kills = new KillGroup(await VideoWorld.open(), counts);
    const key = 'rome/now';
    const order: { keys: string[]; action: 'finish' } = { keys: [key], action: 'finish' };
    await kills.bury(key, kills.world.worker({ ...order, action: 'generate', death: first }));
    for (let nth = 1; ; nth += 1) {
      const worker = kills.world.worker({ ...order, death: { at: 'call', nth } });
      const place = () => `taking up: ${worker.ofKind('dying')[0]?.label}`;
      if (!(await kills.bury(key, worker, place))) break;
    }
    await kills.finish();
  });

  it('at random moments, again and again', { timeout: SLOW }, async () => {
    // With the kills of the other tests at least 200; alone just as many.
    const most = Math.max(70, 200 - counts.kills);
    await Promise.all([1, 2].map((seed) => killAtRandom(seed, most / 2)));
    expect(counts.kills).toBeGreaterThanOrEqual(200);
  });
});

async function killAtRandom(seed: number, most: number): Promise<void> {
  const random = randomNumbers(seed);
  for (let killed = 0; killed < most; ) {
    const world = await VideoWorld.open();
    world.sandbox.script({ fault: 'slow', bytesPerSecond: 200_000, times: 'always' });
    const kills = new KillGroup(world, counts);
    for (let chain = 0; chain < 8 && killed < most; chain += 1) {
      const key = `s${chain}/now`;
      for (let alive = false; !alive && killed < most; killed += 1) {
        const worker = world.worker({ keys: [key], action: killed % 2 === 0 ? 'generate' : 'finish' });
        await worker.until('armed');
        await setTimeout(random() * 700);
        worker.signal('SIGKILL');
        alive = !(await kills.bury(key, worker, () => `random moment: ${lastStage(worker)}`));
        if (alive) killed -= 1;
      }
    }
    await kills.finish();
  }
}

/** The calls of a run that makes its folder's second video: what only a first one does is left out. */
async function namesOfCalls(): Promise<string[]> {
  const world = await VideoWorld.open();
  for (const key of ['rome/now', 'rome/then']) {
    const worker = world.worker({ keys: [key] });
    expect(await worker.end()).toBe(0);
    if (key === 'rome/then') return worker.ofKind('calls')[0]?.names ?? [];
  }
  return [];
}

function lastStage(worker: VideoWorker): string {
  return worker.ofKind('progress').at(-1)?.progress.stage ?? 'before the first stage';
}

function sizeOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).size : undefined;
}
