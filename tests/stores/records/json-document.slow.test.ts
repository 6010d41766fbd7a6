import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonFileStore } from '#lib/stores/records/json-file-store.server.ts';
import { type Counter, counterFile, increment } from '../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const whole = `${JSON.stringify(
  [
    { id: 'rome', count: 1, name: 'Ρώμη' },
    { id: 'athens', count: -1.5e3, list: [true, null, {}] },
  ],
  null,
  2,
)}\n`;

let folder: string;
let path: string;
let store: JsonFileStore<Counter>;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'counters.json');
  store = counterFile(path);
});

/** Reading and updating are refused, the message names the file and the place, and the bytes stay as they are. */
async function expectRefused(content: string | Buffer, place: string | RegExp) {
  const bytes = Buffer.from(content);
  writeFileSync(path, bytes);
  const refusal = { code: 'store-corrupt', retryable: false, message: expect.stringMatching(place) };
  expect(() => store.listSync()).toThrow(expect.objectContaining(refusal));
  expect(() => store.getSync('rome')).toThrow(expect.objectContaining({ message: expect.stringContaining(path) }));
  let ran = false;
  const update = store.update('rome', () => {
    ran = true;
    return { id: 'rome', count: 1 };
  });
  await expect(update).rejects.toMatchObject(refusal);
  expect(ran).toBe(false);
  expect(readFileSync(path).equals(bytes)).toBe(true);
}

describe('a damaged file', () => {
  it('is refused when cut at any byte, and used again once it is repaired', async () => {
    const bytes = Buffer.from(whole);
    // Without its last byte, the line feed, the document is still whole.
    for (let length = 0; length < bytes.length - 1; length += 1) {
      await expectRefused(bytes.subarray(0, length), /line \d+, column \d+: (it is empty|not valid)/);
    }
    writeFileSync(path, bytes.subarray(0, -1));
    expect(store.getSync('rome')?.count).toBe(1);
    expect(await store.update('rome', increment('rome'))).toMatchObject({ count: 2, name: 'Ρώμη' });
    expect(readdirSync(folder).sort()).toEqual(['counters.json', 'counters.json.lock.db']);
  });

  it.each<[string, string | Buffer, string]>([
    ['empty', '', 'line 1, column 1: it is empty'],
    ['blank', ' \n\n ', 'line 3, column 2: it is empty'],
    ['zeros, as a power cut leaves them', Buffer.alloc(64), 'line 1, column 1: not valid JSON'],
    ['a comma too many', '[\n  {"id": "rome", "count": 1},\n]', 'line 3, column 1: not valid JSON'],
    ['a merge conflict', '[\n<<<<<<< HEAD\n]', 'line 2, column 1: not valid JSON'],
    ['cut short', '[\n  {"id": "rome",\n   "cou', 'line 3, column 4: not valid JSON'],
    ['a missing comma', '[\r\n{"id": "rome" "count": 1}]', 'line 2, column 15: not valid JSON'],
    ['a line feed in a text', '[{"id": "ro\nme"}]', 'line 1, column 9: not valid JSON'],
    ['a comment', '[ // mine\n]', 'line 1, column 3: not valid JSON'],
    ['a no-break space', '[\u00a0]', 'line 1, column 2: not valid JSON'],
    ['brackets without end', '['.repeat(1_000_000), 'too deeply to find the place: not valid JSON'],
    ['two documents', '[]\n[]', 'line 2, column 1: not valid JSON'],
    [
      'a byte that is not UTF-8',
      Buffer.from('[{"id":"\xff","count":1}]', 'latin1'),
      'line 1, column 9: not valid UTF-8',
    ],
    ['UTF-16', Buffer.from('\ufeff[]', 'utf16le'), 'line 1, column 1: not valid UTF-8'],
    ['an object', '{}', 'the top level: not an array'],
    ['null', 'null', 'the top level: not an array'],
    ['a record that is no object', '[null]', '[0]: Invalid input'],
    ['a wrong type', '[{"id":"rome","count":1},{"id":"athens","count":"2"}]', '[1].count: Invalid input'],
    ['a missing field', '[{"count":1}]', '[0].id: Invalid input'],
    ['a field given through __proto__', '[{"id":"rome","__proto__":{"count":1}}]', '[0].count: Invalid input'],
    ['one key twice', '[{"id":"rome","count":1},{"id":"rome","count":2}]', '[1]: a second record with the key "rome"'],
  ])('is refused: %s', async (_, content, place) => {
    await expectRefused(content, new RegExp(place.replace(/[[\]{}().*+?]/g, '\\$&')));
  });

  it('does not quote the content, which may hold a signed URL', async () => {
    writeFileSync(path, '[{"id":"rome","count":1,"url":"https://x/v.mp4?Signature=s3cret"  s3cret]');
    const error = await Array.fromAsync(store.find()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store-corrupt' });
    expect(JSON.stringify([error, String(error), Object(error).cause])).not.toContain('s3cret');
  });
});

describe('a file edited by hand', () => {
  it('may begin with the byte order mark of a Windows editor', async () => {
    writeFileSync(path, `\ufeff${whole.replaceAll('\n', '\r\n')}`);
    expect(await store.update('rome', increment('rome'))).toMatchObject({ count: 2 });
    expect(readFileSync(path, 'utf8').charCodeAt(0)).toBe('['.charCodeAt(0));
  });

  it('cannot reach the prototype of anything', async () => {
    writeFileSync(
      path,
      '[{"id":"rome","count":1,"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}]',
    );
    const counter = await store.update('rome', increment('rome'));
    expect(Object.getPrototypeOf(counter)).toBe(Object.prototype);
    expect(Object(counter).admin).toBeUndefined();
    expect(Object({}).admin).toBeUndefined();
  });

  it('is seen at once, also when its size stays the same', async () => {
    const counts: unknown[] = [];
    for (const digit of '123456789') {
      writeFileSync(path, `[{"id":"rome","count":${digit}}]`);
      counts.push(store.getSync('rome')?.count);
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keeps an integer of another program that no number can hold', async () => {
    const theirs = '"theirs": 11051210869376104954';
    writeFileSync(path, `[{ "id": "rome", "count": 1, ${theirs} }]`);
    await store.update('athens', increment('athens'));
    expect(readFileSync(path, 'utf8')).toContain(theirs);
    await store.update('rome', increment('rome'));
    expect(readFileSync(path, 'utf8')).toContain(theirs);
    expect(counterFile(path).getSync('rome')?.count).toBe(2);
  });

  it.each([9_007_199_254_740_992, 1e19, -1e20])('has %d for a number, which is written as it is', async (count) => {
    await store.update('rome', () => ({ id: 'rome', count }));
    expect(counterFile(path).getSync('rome')).toEqual({ id: 'rome', count });
  });

  it('keeps its layout while nothing changes, and its unknown fields when something does', async () => {
    const byHand = '[{"id":"rome","count":1,"note":"mine"},\n {"id":"athens","count":1,"later":{"field":[1]}}]';
    writeFileSync(path, byHand);
    await store.update('rome', (current) => current && { ...current });
    expect(readFileSync(path, 'utf8')).toBe(byHand);
    await store.update('rome', increment('rome'));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([
      { id: 'rome', count: 2, note: 'mine' },
      { id: 'athens', count: 1, later: { field: [1] } },
    ]);
  });
});
