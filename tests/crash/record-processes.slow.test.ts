import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Child } from '../fixtures/processes/child.ts';
import { type Counter, counterFile, countersAt, increment } from '../fixtures/records/counters.ts';
import { describePostgres } from '../fixtures/servers/postgres.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** Starts children, lets them go at once, and returns what each of them printed. */
async function run(script: string, calls: string[][]): Promise<string[][]> {
  const children = calls.map((args) => new Child(script, args));
  for (const child of children) expect(await child.line()).toBe('ready');
  for (const child of children) child.say('go');
  return Promise.all(children.map((child) => child.rest()));
}

function severalProcesses(address: () => Promise<string>): void {
  it('lose no update, and each is acknowledged with a count of its own', async () => {
    const place = await address();
    const lines = await run(
      'stores/store-counter.ts',
      Array.from({ length: 4 }, () => [place, 'rome', '100']),
    );
    const acknowledged = lines.flat().map(Number);
    expect(acknowledged.sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
    expect(await countersAt(place).get('rome')).toMatchObject({ count: 400 });
  });

  it('give each claim to one of them, and keep a limit between them', async () => {
    const place = await address();
    const [files, limit] = [30, 20];
    const calls = ['a', 'b', 'c'].map((name) => [place, name, String(files), String(limit)]);
    const got = (await run('stores/store-claimer.ts', calls)).flat();
    expect(got).toHaveLength(limit);
    expect(new Set(got).size).toBe(limit);
    const store = countersAt(place);
    const records: Counter[] = await Array.fromAsync(store.find());
    expect(records.map(({ file }) => file)).toEqual(expect.arrayContaining(got));
    expect([records.length, await store.total('monday')]).toEqual([limit, limit]);
  });

  it('leave what they acknowledged when they are killed, round after round', async () => {
    const place = await address();
    const ids = ['rome', 'athens', 'cairo'];
    const known = new Map(ids.map((id) => [id, 0]));
    for (const round of [1, 2]) {
      const children = ids.map((id) => ({ id, child: new Child('stores/store-counter.ts', [place, id, '1000000']) }));
      for (const { child } of children) await child.line();
      for (const { child } of children) child.say('go');
      // Each dies in the middle of its work, after another number of acknowledged updates.
      const deaths = children.map(async ({ id, child }, index) => {
        for (let acks = 0; acks < 5 * round + 3 * index; acks += 1) known.set(id, Number(await child.line()));
        child.signal('SIGKILL');
        for (const line of await child.rest()) known.set(id, Number(line));
      });
      await Promise.all(deaths);
      const store = countersAt(place);
      for (const id of ids) {
        // What a killed process had begun ends before this: its lock is gone with it.
        const count = (await store.update(id, increment(id)))?.count ?? 0;
        // One update may be stored although its process had no time left to say so.
        expect([known.get(id), (known.get(id) ?? 0) + 1]).toContain(count - 1);
        known.set(id, count);
      }
    }
  });
}

describe('several processes on one JSON file', () => {
  severalProcesses(async () => join(temporaryFolder(), 'counters.json'));

  it('show nobody half a file', async () => {
    const path = join(temporaryFolder(), 'counters.json');
    const store = counterFile(path);
    // Long enough that a write in place would be caught half way.
    await store.update('filler', () => ({ id: 'filler', count: 0, text: 'x'.repeat(200_000) }));
    let running = true;
    const answers = run(
      'stores/store-counter.ts',
      Array.from({ length: 4 }, () => [path, 'rome', '25']),
    ).finally(() => {
      running = false;
    });
    const seen: number[] = [];
    while (running) {
      JSON.parse(readFileSync(path, 'utf8'));
      seen.push(store.getSync('rome')?.count ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await answers;
    expect(store.getSync('rome')?.count).toBe(100);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(5);
  });
});

describe('several processes on one SQLite database', () => {
  severalProcesses(async () => `sqlite:${join(temporaryFolder(), 'counters.db')}`);
});

describePostgres('several processes on a real PostgreSQL', (server) => {
  severalProcesses(async () => server.url(await server.create()));
});
