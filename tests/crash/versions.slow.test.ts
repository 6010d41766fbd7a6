import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filmOf, versionsOf } from '#lib/jobs/versions/film-record.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import type { WorkerOrder } from '../fixtures/processes/video-worker-protocol.ts';
import { VideoWorld } from '../fixtures/records/video-world.ts';

const SLOW = 300_000;
type Change = Pick<WorkerOrder, 'action' | 'version' | 'options'>;

/** A world with keys that have the films 1 and 2 each, the second one current. */
async function worldOf(count: number, before: readonly Change[] = []) {
  const world = await VideoWorld.open();
  const keys = Array.from({ length: count }, (_, index) => `s${index}/now`);
  const run = async (order: Change, some = keys) => expect(await world.worker({ ...order, keys: some }).end()).toBe(0);
  await run({ action: 'generate' });
  await run({ action: 'generate', options: { force: true } });
  for (const change of before) await run(change);
  return { world, keys, run };
}

/** How many calls of the change there are at which a process can die, with the first of interest. */
async function callsOf(before: readonly Change[], change: Change): Promise<string[]> {
  const { world, keys } = await worldOf(1, before);
  const worker = world.worker({ ...change, keys });
  expect(await worker.end()).toBe(0);
  return worker.ofKind('calls')[0]?.names ?? [];
}

/** SHA-256 of every film that the record names, by its number; fails where one is not what the record says. */
function filmsOnRecord(world: VideoWorld, record: VideoMetadata | undefined): Map<number, string> {
  if (!record) throw new Error('the record is gone');
  const { current, former } = versionsOf(record);
  const film = filmOf(record);
  const all = [...former, ...(film && current ? [{ ...film, version: current }] : [])];
  return new Map(
    all
      .filter((one) => !('isDropped' in one && one.isDropped))
      .map(({ version, localPath = '', sha256 }) => {
        const path = join(world.root, localPath);
        const found = existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file';
        expect(found, `${localPath}, of which the record tells`).toBe(sha256);
        return [version, found];
      }),
  );
}

async function killEverywhere(before: readonly Change[], change: Change, first: number, expected: readonly string[]) {
  const calls = await callsOf(before, change);
  const places = calls.map((_, index) => index + 1).slice(first < 0 ? calls.lastIndexOf('linkSync') + first : first);
  expect(places.length).toBeGreaterThan(10);
  const { world, keys, run } = await worldOf(places.length, before);
  const films = new Map(keys.map((key) => [key, filmsOnRecord(world, world.record(key))]));
  let kills = 0;
  const killOne = async ([index, key]: [number, string]) => {
    const worker = world.worker({ ...change, keys: [key], death: { at: 'call', nth: places[index] ?? 1 } });
    if ((await worker.end()) === 'SIGKILL') kills += 1;
    // Right after the kill, before anybody has tidied up.
    for (const [version, sha256] of films.get(key) ?? [])
      expect(filmsOnRecord(world, world.record(key)).get(version), `${key}: film ${version}`).toBe(sha256);
  };
  const todo = [...keys.entries()];
  const inTurn = async () => {
    for (let next = todo.shift(); next; next = todo.shift()) await killOne(next);
  };
  await Promise.all([inTurn(), inTurn()]);
  expect(kills).toBeGreaterThanOrEqual(places.length - 1);
  await run({ action: 'resume' });
  // What was not done is done now; what was done before the kill is refused, or done again to no effect.
  if (change.action !== 'generate') await run(change);
  await run({ action: 'resume' });
  for (const key of keys) {
    const now = filmsOnRecord(world, world.record(key));
    for (const [version, sha256] of films.get(key) ?? []) expect(now.get(version), key).toBe(sha256);
  }
  const names = keys.flatMap((key) => expected.map((suffix) => `${key.replace('/', '-')}${suffix}`)).sort();
  expect(world.files(), 'no litter').toEqual(VideoWorld.filesOf(names));
  return { world, keys };
}

describe('a process killed before each call that changes a file', () => {
  it('loses no film that it was about to replace, and buys once', { timeout: SLOW }, async () => {
    const change: Change = { action: 'generate', options: { force: true } };
    const { world, keys } = await killEverywhere([], change, -12, ['.mp4', '.v1.mp4', '.v2.mp4']);
    for (const key of keys) {
      expect(world.accepted(key)).toHaveLength(3);
      expect(world.record(key)).toMatchObject({ status: 'ready', versions: { last: 3, current: 3 } });
    }
  });

  it('loses no film that it was about to restore', { timeout: SLOW }, async () => {
    const { world, keys } = await killEverywhere([], { action: 'restore', version: 1 }, 0, ['.mp4', '.v2.mp4']);
    for (const key of keys) expect(world.record(key)).toMatchObject({ status: 'ready', versions: { current: 1 } });
  });

  it('loses no film that it was about to delete', { timeout: SLOW }, async () => {
    const deleted = ['.v1.mp4', '.v2.mp4.deleted'];
    const { world, keys } = await killEverywhere([], { action: 'delete', version: 2 }, 0, deleted);
    for (const key of keys) expect(world.record(key)).toMatchObject({ status: 'pending' });
  });

  it('loses no film of which it was about to undo the deletion', { timeout: SLOW }, async () => {
    const before: Change[] = [{ action: 'delete', version: 2 }];
    const { world, keys } = await killEverywhere(before, { action: 'undo', version: 2 }, 0, ['.mp4', '.v1.mp4']);
    for (const key of keys) expect(world.record(key)).toMatchObject({ status: 'ready', versions: { current: 2 } });
  });

  it('leaves no film behind that is not kept', { timeout: SLOW }, async () => {
    const { world, keys, run } = await worldOf(12);
    const env = { WANX_KEEP_VERSIONS: '0' };
    const force = { force: true };
    const calls = await (async () => {
      const worker = world.worker({ action: 'generate', keys: ['s0/now'], options: force, env });
      await worker.end();
      return worker.ofKind('calls')[0]?.names.length ?? 0;
    })();
    for (const [index, key] of keys.slice(1).entries()) {
      const death = { at: 'call', nth: calls - index } as const;
      await world.worker({ action: 'generate', keys: [key], options: force, env, death }).end();
    }
    expect(await world.worker({ action: 'resume', keys, env }).end()).toBe(0);
    await run({ action: 'resume' });
    // Film 1 was kept under the former setting, until a newer film was ready under this one.
    const films = keys.map((key) => `${key.replace('/', '-')}.mp4`).sort();
    expect(world.files()).toEqual(VideoWorld.filesOf(films));
  });
});

describe('two processes', () => {
  it('that restore different versions at once end with one of them, and lose none', { timeout: SLOW }, async () => {
    const { world, keys, run } = await worldOf(6, [{ action: 'generate', options: { force: true } }]);
    const films = new Map(keys.map((key) => [key, filmsOnRecord(world, world.record(key))]));
    const racers = [1, 2].map((version) => world.worker({ action: 'restore', version, keys, onCommand: true }));
    await Promise.all(racers.map((racer) => racer.until('armed')));
    for (const racer of racers) racer.go();
    expect(await Promise.all(racers.map((racer) => racer.end()))).toEqual([0, 0]);
    await run({ action: 'resume' });
    for (const key of keys) {
      expect(filmsOnRecord(world, world.record(key))).toEqual(films.get(key));
      expect([1, 2]).toContain(world.record(key)?.versions?.current);
      expect(world.record(key)?.localPath).toBe(`videos/${key.replace('/', '-')}.mp4`);
    }
    expect(racers.flatMap((racer) => racer.ofKind('changed')).filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('of which one deletes the film that the other makes anew never lose either', { timeout: SLOW }, async () => {
    const { world, keys, run } = await worldOf(6);
    const films = new Map(keys.map((key) => [key, filmsOnRecord(world, world.record(key))]));
    const maker = world.worker({ action: 'generate', keys, options: { force: true }, onCommand: true });
    const deleter = world.worker({ action: 'delete', version: 2, keys, onCommand: true });
    await Promise.all([maker.until('armed'), deleter.until('armed')]);
    for (const racer of [maker, deleter]) racer.go();
    expect(await Promise.all([maker.end(), deleter.end()])).toEqual([0, 0]);
    await run({ action: 'resume' });
    for (const key of keys) {
      const now = filmsOnRecord(world, world.record(key));
      for (const [version, sha256] of films.get(key) ?? []) expect(now.get(version)).toBe(sha256);
      expect(world.record(key)).toMatchObject({ status: 'ready', versions: { current: 3 } });
    }
  });
});
