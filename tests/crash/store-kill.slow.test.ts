import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { Child } from '../fixtures/processes/child.ts';
import { counterFile, increment } from '../fixtures/records/counters.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function expectLockFree(path: string) {
  const lock = tryFileLock(`${path}.lock.db`);
  expect(lock).toBeDefined();
  lock?.release();
}

describe('a writer killed with SIGKILL', () => {
  it('has lost nothing that it acknowledged, round after round', async () => {
    const path = join(temporaryFolder(), 'counters.json');
    const ids = ['rome', 'athens', 'cairo'];
    const known = new Map(ids.map((id) => [id, 0]));
    for (const round of [1, 2]) {
      const children = ids.map((id) => ({ id, child: new Child('stores/store-counter.ts', [path, id, '1000000']) }));
      for (const { child } of children) await child.line();
      for (const { child } of children) child.say('go');
      // Each dies in the middle of its work, after another number of acknowledged updates.
      const deaths = children.map(async ({ id, child }, index) => {
        for (let acks = 0; acks < 2 * round + 3 * index; acks += 1) known.set(id, Number(await child.line()));
        child.signal('SIGKILL');
        for (const line of await child.rest()) known.set(id, Number(line));
        expect(await child.exit).toBe('SIGKILL');
      });
      await Promise.all(deaths);
      expectLockFree(path);
      JSON.parse(readFileSync(path, 'utf8'));
      for (const id of ids) {
        const count = counterFile(path).getSync(id)?.count ?? 0;
        // One update may be on disk although its process had no time left to say so.
        expect([known.get(id), (known.get(id) ?? 0) + 1]).toContain(count);
        known.set(id, count);
      }
    }
  });

  it.each([
    ['write', 1, 'before', 1],
    ['write', 1, 'half', 1],
    ['sync', 1, 'before', 1],
    ['rename', 1, 'before', 1],
    ['rename', 1, 'after', 2],
    ['sync', 2, 'before', 2],
    ['sync', 2, 'after', 2],
  ])('at %s number %i, %s it, leaves version %i whole, a free lock, and no litter for long', async (...point) => {
    const [operation, nth, moment, version] = point;
    const folder = temporaryFolder();
    const path = join(folder, 'counters.json');
    const child = new Child('stores/store-suicide.ts', [path, operation, String(nth), moment]);
    expect(await child.rest()).toEqual(['armed']);
    expect(await child.exit).toBe('SIGKILL');
    expectLockFree(path);
    const store = counterFile(path);
    expect(store.getSync('rome')).toMatchObject({ count: version, filler: 'x'.repeat(100_000) });
    expect(await store.update('rome', increment('rome'))).toMatchObject({ count: version + 1 });
    expect(readdirSync(folder).sort()).toEqual(['counters.json', 'counters.json.lock.db']);
  });
});
