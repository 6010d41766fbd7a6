import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonHome } from '#lib/stores/records/move/json-home.server.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import { describePartHome } from '../../../contracts/part-home.ts';
import { COUNTERS, type Counter } from '../../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const PART = { ...COUNTERS, isMarked: true };
const newPath = () => join(temporaryFolder(), 'data/counters.json');
const TRANSFER = { state: 'moving' as const, place: 'sqlite:/x.db', moveId: 'm', at: '2026-11-29T01:02:03.000Z' };

describePartHome('a JSON file', () => {
  const jsonPath = newPath();
  return {
    home: jsonHome(PART, jsonPath),
    store: () => recordStores<Counter>(PART)({ jsonPath, database: undefined }),
  };
});

it('a JSON file that was left stays beside its place, under a name that nothing reads', async () => {
  const path = newPath();
  const home = jsonHome(PART, path);
  await home.fill({ ...TRANSFER, state: 'filling' }, (async function* () {})(), undefined);
  await home.open('m');
  writeFileSync(path, '[{"id":"rome","count":1}]');
  await home.leave(TRANSFER);
  // Killed before the mark was written, and run again.
  await home.leave(TRANSFER);
  const kept = 'counters.json.moved-2026-11-29T01-02-03-000Z';
  const folder = join(path, '..');
  expect(readdirSync(folder).filter((name) => name.startsWith('counters.json.moved'))).toEqual([kept]);
  expect(readFileSync(join(folder, kept), 'utf8')).toBe('[{"id":"rome","count":1}]');
  expect(readdirSync(folder)).not.toContain('counters.json');
});
