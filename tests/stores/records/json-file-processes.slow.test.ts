import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Child } from '../../fixtures/processes/child.ts';
import { counterFile } from '../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describe('several processes on one file', () => {
  it('lose no update, and nobody reads half a file', async () => {
    const path = join(temporaryFolder(), 'counters.json');
    const store = counterFile(path);
    // Long enough that a write in place would be caught half way.
    await store.update('filler', () => ({ id: 'filler', count: 0, text: 'x'.repeat(200_000) }));
    const children = Array.from({ length: 4 }, () => new Child('store-counter.ts', [path, 'rome', '25']));
    for (const child of children) expect(await child.line()).toBe('ready');
    for (const child of children) child.say('go');

    let running = true;
    const answers = Promise.all(children.map((child) => child.rest())).finally(() => {
      running = false;
    });
    const seen: number[] = [];
    while (running) {
      JSON.parse(readFileSync(path, 'utf8'));
      seen.push(store.getSync('rome')?.count ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const acknowledged = (await answers).flat().map(Number);
    expect(acknowledged.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(store.getSync('rome')?.count).toBe(100);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(5);
  });

  it('give each claim to one of them, and keep a limit between them', async () => {
    const path = join(temporaryFolder(), 'counters.json');
    const [files, limit] = [30, 20];
    const children = ['a', 'b', 'c'].map(
      (name) => new Child('store-claimer.ts', [path, name, String(files), String(limit)]),
    );
    for (const child of children) expect(await child.line()).toBe('ready');
    for (const child of children) child.say('go');
    const got = (await Promise.all(children.map((child) => child.rest()))).flat();
    expect(got).toHaveLength(limit);
    expect(new Set(got).size).toBe(limit);
    const store = counterFile(path);
    expect(store.listSync().map(({ file }) => file)).toEqual(expect.arrayContaining(got));
    expect([store.listSync().length, store.totalSync('monday')]).toEqual([limit, limit]);
  });
});
