import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processIdentity } from '#lib/base/process/process-identity.server.ts';
import { giveUpMove, moveRecords } from '#lib/stores/records/move/move-records.server.ts';
import type { PartHome } from '#lib/stores/records/move/part-home.ts';
import { recordHome } from '#lib/stores/records/move/record-home.server.ts';
import { openDatabase, type PartStore, recordStores } from '#lib/stores/records/open-record-store.server.ts';
import { Child } from '../../../fixtures/processes/child.ts';
import { COUNTERS, type Counter, increment } from '../../../fixtures/records/counters.ts';
import { describePostgres } from '../../../fixtures/servers/postgres.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const AT_MS = Date.UTC(2026, 10, 29);
const NOW = { now: () => AT_MS };
const PART = { ...COUNTERS, isMarked: true };

/** One project: its JSON file, and databases to move to. */
function project() {
  const folder = temporaryFolder();
  const jsonPath = join(folder, 'data/counters.json');
  const open = recordStores<Counter>(PART);
  return {
    folder,
    jsonPath,
    sqlite: `sqlite:${join(folder, 'counters.db')}`,
    home: (database?: string) => recordHome(PART, { jsonPath, database }),
    /** As a process that starts now opens it. */
    store: (database?: string) => recordStores<Counter>(PART)({ jsonPath, database }),
    /** As one that has been running for long. */
    longOpen: (database?: string) => open({ jsonPath, database }),
    move: (from: string | undefined, to: string | undefined) =>
      moveRecords(
        'counters',
        recordHome(PART, { jsonPath, database: from }),
        recordHome(PART, { jsonPath, database: to }),
        NOW,
      ),
  };
}

async function fill(store: PartStore<Counter>, count: number): Promise<void> {
  const put = (id: string, fields: Partial<Counter>) => store.update(id, () => ({ id, count: 1, ...fields }));
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      // Stored in another order than that of the keys.
      put(`k${(index * 7919) % count}`, {
        ...{ file: `${index}.mp4`, tasks: [`t-${index}`], cents: { monday: index }, open: index % 10 === 0 },
        ...{ dueMs: index, title: `a\u0000b \ud83d ${index}`, nested: { list: [index, null, { deep: true }] } },
      }),
    ),
  );
  await put('k\u0000\udfff', { title: 'odd' });
}

async function contentOf(store: PartStore<Counter>) {
  const records = await Array.fromAsync(store.find());
  const unfinished = (await Array.fromAsync(store.find({ unfinished: true }))).map(({ id }) => id);
  const ofTask = (await Array.fromAsync(store.find({ taskId: 't-5' }))).map(({ id }) => id);
  return { records, unfinished, ofTask, total: await store.total('monday'), count: await store.count() };
}

async function isUsable(store: PartStore<Counter>): Promise<boolean> {
  return store
    .update('probe', (current) => current)
    .then(
      () => true,
      () => false,
    );
}

describe('moving records', () => {
  it('of 1000 to SQLite and back keeps every one, with its order, claims and totals', async () => {
    const { jsonPath, sqlite, store, move } = project();
    await fill(store(), 1000);
    const before = await contentOf(store());
    const order = JSON.parse(readFileSync(jsonPath, 'utf8')).map(({ id }: Counter) => id);
    const there = await move(undefined, sqlite);
    expect(there).toMatchObject({ outcome: 'moved', records: 1001, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await contentOf(store(sqlite))).toEqual(before);
    const taken = store(sqlite).update(
      'other',
      (_, { ownerOf }) => ({ id: 'other', count: 0, owner: ownerOf('5.mp4') }),
      { claims: ['5.mp4'] },
    );
    expect((await taken)?.owner).toBe(before.ofTask[0]);
    await store(sqlite).update('other', () => undefined);
    const back = await move(sqlite, undefined);
    expect(back.sha256).toBe(there.sha256);
    expect(JSON.parse(readFileSync(jsonPath, 'utf8')).map(({ id }: Counter) => id)).toEqual(order);
    expect(await contentOf(store())).toEqual(before);
    expect(await move(undefined, sqlite)).toMatchObject({ outcome: 'moved', records: 1001 });
  });

  it('closes the place that they leave, to every process, also one that has it open', async () => {
    const { jsonPath, sqlite, store, longOpen, move } = project();
    const [json, database] = [longOpen(), longOpen(sqlite)];
    await fill(json, 3);
    await expect(database.get('k1')).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(jsonPath),
    });
    await move(undefined, sqlite);
    const movedTo = { code: 'config', message: expect.stringContaining(`moved to ${sqlite}`) };
    for (const old of [json, store()]) {
      await expect(old.update('k1', increment('k1'))).rejects.toMatchObject(movedTo);
      await expect(old.get('k1')).rejects.toMatchObject(movedTo);
      await expect(old.changes?.()).rejects.toMatchObject(movedTo);
    }
    expect(await database.update('k1', increment('k1'))).toMatchObject({ count: 2 });
    // The file stays as a copy, under a name that nothing reads.
    expect(readdirSync(dirname(jsonPath)).filter((name) => name.includes('.moved-2026'))).toHaveLength(1);
    expect(existsSync(jsonPath)).toBe(false);
    await move(sqlite, undefined);
    await expect(database.get('k1')).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('Unset'),
    });
    expect(await store().get('k1')).toMatchObject({ count: 2 });
  });

  it('keeps digits that JavaScript cannot count, fields that nobody knows, and the marker', async () => {
    const { jsonPath, sqlite, store, move } = project();
    await store().update('rome', increment('rome'));
    const digits = '[{"id":"rome","count":1,"serial":12345678901234567890123,"x":{"10":1,"9":[{}]}}]';
    writeFileSync(jsonPath, digits);
    await store().updateMark(async () => ({ id: 'store-1', folder: '/films', hasRecords: true }));
    await move(undefined, sqlite);
    expect(await store(sqlite).readMark()).toEqual({ id: 'store-1', folder: '/films', hasRecords: true });
    await store(sqlite).update('rome', increment('rome'));
    await move(sqlite, undefined);
    expect(readFileSync(jsonPath, 'utf8')).toContain('12345678901234567890123');
    expect(await store().readMark()).toMatchObject({ id: 'store-1', folder: '/films', hasRecords: true });
  });

  it('does nothing where there are none, and says so where it was done before', async () => {
    const { sqlite, store, move } = project();
    expect(await move(undefined, sqlite)).toEqual({ part: 'counters', outcome: 'nothing', records: 0 });
    await fill(store(), 2);
    await move(undefined, sqlite);
    expect(await move(undefined, sqlite)).toMatchObject({ outcome: 'already-there', records: 3 });
  });

  it('waits until nobody works on them', async () => {
    const { sqlite, store, move } = project();
    const lease = { owner: processIdentity(), expiresAt: new Date(Date.now() + 60_000).toISOString() };
    await store().update('rome', () => ({ id: 'rome', count: 1, lease }));
    await expect(move(undefined, sqlite)).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('rome'),
    });
    expect(await isUsable(store())).toBe(true);
    await store().update('rome', () => ({ id: 'rome', count: 1 }));
    expect(await move(undefined, sqlite)).toMatchObject({ outcome: 'moved' });
  });

  it('overwrites nothing', async () => {
    const { folder, sqlite, home, store, move } = project();
    await fill(store(), 2);
    const elsewhere = recordStores<Counter>(PART)({ jsonPath: join(folder, 'other.json'), database: sqlite });
    await elsewhere.update('mine', increment('mine'));
    await expect(move(undefined, sqlite)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('1 records'),
    });
    expect(await isUsable(store())).toBe(true);
    expect(await home(sqlite).look()).toMatchObject({ records: 1, transfer: undefined });
  });

  it('does not begin with records that are missing', async () => {
    const { jsonPath, sqlite, store, move } = project();
    await fill(store(), 2);
    writeFileSync(jsonPath, '[]');
    await expect(move(undefined, sqlite)).rejects.toMatchObject({ code: 'store-corrupt' });
  });

  it('stops with both places closed when the copy differs, and goes on from there', async () => {
    const { sqlite, home, store, move } = project();
    await fill(store(), 20);
    const lossy = {
      async *read() {
        let isFirst = true;
        for await (const record of home(sqlite).read()) {
          if (!isFirst) yield record;
          isFirst = false;
        }
      },
    };
    await expect(moveRecords('counters', home(), readFrom(lossy, home(sqlite)), NOW)).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringContaining('20 of 21'),
    });
    expect([await isUsable(store()), await isUsable(store(sqlite))]).toEqual([false, false]);
    expect(await move(undefined, sqlite)).toMatchObject({ outcome: 'moved', records: 21 });
  });

  it('can be given up until the copy is open', async () => {
    const { sqlite, home, store, move } = project();
    await fill(store(), 5);
    expect(await giveUpMove('counters', home(), home(sqlite))).toBe(false);
    await expect(moveRecords('counters', home(), dying(home(sqlite), 'open', 'before'), NOW)).rejects.toThrow('died');
    expect([await isUsable(store()), await isUsable(store(sqlite))]).toEqual([false, false]);
    expect(await giveUpMove('counters', home(), home(sqlite))).toBe(true);
    expect([await isUsable(store()), await isUsable(store(sqlite))]).toEqual([true, false]);
    await expect(moveRecords('counters', dying(home(), 'leave', 'before'), home(sqlite), NOW)).rejects.toThrow('died');
    await expect(giveUpMove('counters', home(), home(sqlite))).rejects.toMatchObject({ code: 'config' });
    await move(undefined, sqlite);
    expect([await isUsable(store()), await isUsable(store(sqlite))]).toEqual([false, true]);
  });
});

const STEPS = [
  ['from', 'freeze', 'before'],
  ['from', 'freeze', 'after'],
  ['to', 'fill', 'before'],
  ['to', 'fill', 'half'],
  ['to', 'fill', 'after'],
  ['to', 'open', 'before'],
  ['to', 'open', 'after'],
  ['from', 'leave', 'before'],
  ['from', 'leave', 'after'],
] as const;

function everyPoint(places: () => Promise<[from: string | undefined, to: string | undefined]>): void {
  it.each(STEPS)(
    'interrupted at %s.%s, %s it: never two in use, and completed by the next run',
    async (side, step, moment) => {
      const { home, store, move } = project();
      const [from, to] = await places();
      await fill(store(), 600);
      if (from !== undefined) await move(undefined, from);
      const before = await contentOf(store(from));
      const [source, target] = [home(from), home(to)];
      const [one, other] =
        side === 'from' ? [dying(source, step, moment), target] : [source, dying(target, step, moment)];
      await expect(moveRecords('counters', one, other, NOW)).rejects.toThrow('died');
      const usable = [await isUsable(store(from)), await isUsable(store(to))];
      expect(usable.filter(Boolean).length).toBeLessThanOrEqual(1);
      expect(await move(from, to)).toMatchObject({ records: 601 });
      expect(await isUsable(store(from))).toBe(false);
      expect(await contentOf(store(to))).toEqual(before);
    },
  );
}

describe('a move from the JSON file to SQLite', () => {
  everyPoint(async () => [undefined, `sqlite:${join(temporaryFolder(), 'to.db')}`]);

  it.each([1, 2, 3, 4])('killed at point %i is completed by the next run', async (point) => {
    const { folder, jsonPath, sqlite, store, move } = project();
    await fill(store(), 600);
    const before = await contentOf(store());
    const child = new Child('stores/move-suicide.ts', [jsonPath, sqlite, String(point)]);
    expect(await child.exit).toBe('SIGKILL');
    expect([await isUsable(store()), await isUsable(store(sqlite))].filter(Boolean).length).toBeLessThanOrEqual(1);
    expect(await move(undefined, sqlite)).toMatchObject({ records: 601 });
    expect(await contentOf(store(sqlite))).toEqual(before);
    expect(readdirSync(join(folder, 'data')).some((name) => name.endsWith('.tmp'))).toBe(false);
  });
});

describe('a move from SQLite to the JSON file', () => {
  everyPoint(async () => [`sqlite:${join(temporaryFolder(), 'from.db')}`, undefined]);
});

describePostgres('a move with a real PostgreSQL', (server) => {
  const database = async () => {
    const url = server.url(await server.create());
    onTestFinished(() => openDatabase(url).close());
    return url;
  };
  describe('from SQLite', () =>
    everyPoint(async () => [`sqlite:${join(temporaryFolder(), 'from.db')}`, await database()]));
  describe('to the JSON file', () => everyPoint(async () => [await database(), undefined]));

  it('of 1000 records goes through all three kinds of stores and comes back as it was', async () => {
    const { jsonPath, sqlite, store, move } = project();
    const postgres = await database();
    await fill(store(), 1000);
    const [before, text] = [await contentOf(store()), readFileSync(jsonPath, 'utf8')];
    const hashes = [
      (await move(undefined, postgres)).sha256,
      (await move(postgres, sqlite)).sha256,
      (await move(sqlite, postgres)).sha256,
    ];
    expect(await contentOf(store(postgres))).toEqual(before);
    hashes.push((await move(postgres, undefined)).sha256);
    expect(new Set(hashes).size).toBe(1);
    expect(readFileSync(jsonPath, 'utf8')).toBe(text);
    await expect(store(postgres).get('k1')).rejects.toMatchObject({ code: 'config' });
  });

  it('waits until nobody works on them', async () => {
    const { store, sqlite, move } = project();
    const postgres = await database();
    const lease = { owner: processIdentity(), expiresAt: new Date(Date.now() + 60_000).toISOString() };
    await store(postgres).update('rome', () => ({ id: 'rome', count: 1, lease }));
    await expect(move(postgres, sqlite)).rejects.toMatchObject({ code: 'busy' });
    expect(await store(postgres).update('rome', increment('rome'))).toMatchObject({ count: 2 });
  });
});

/** A home whose process dies at a step. */
function dying(home: PartHome, step: (typeof STEPS)[number][1], moment: 'before' | 'half' | 'after'): PartHome {
  const die = () => {
    throw new Error('died');
  };
  const around = (name: typeof step, work: () => Promise<void>) => async () => {
    if (name === step && moment === 'before') die();
    await work();
    if (name === step && moment === 'after') die();
  };
  return {
    name: home.name,
    look: () => home.look(),
    read: () => home.read(),
    readMark: () => home.readMark(),
    giveUp: (moveId) => home.giveUp(moveId),
    freeze: (transfer) => around('freeze', () => home.freeze(transfer))(),
    fill: (transfer, records, mark) =>
      around('fill', () => home.fill(transfer, step === 'fill' && moment === 'half' ? half(records) : records, mark))(),
    open: (moveId) => around('open', () => home.open(moveId))(),
    leave: (transfer) => around('leave', () => home.leave(transfer))(),
  };
}

async function* half<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  let left = 550;
  for await (const item of items) {
    if (left === 0) throw new Error('died');
    left -= 1;
    yield item;
  }
}

/** The methods of one home, read from another. */
function readFrom(reading: Pick<PartHome, 'read'>, home: PartHome): PartHome {
  return { ...dying(home, 'freeze', 'half'), read: () => reading.read() };
}
