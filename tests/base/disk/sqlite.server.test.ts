import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { sqlite } from '#lib/base/disk/sqlite.server.ts';

it('gives Node’s SQLite without an import, which would fail before anybody can say which Node is needed', () => {
  expect(sqlite().DatabaseSync).toBe(DatabaseSync);
  const source = readFileSync('src/lib/base/disk/sqlite.server.ts', 'utf8');
  expect(source).not.toMatch(/^import .*node:sqlite/m);
});
