import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recordHome } from '#lib/stores/records/move/record-home.server.ts';
import { COUNTERS } from '../../../fixtures/records/counters.ts';

const jsonPath = join('/srv', 'counters.json');

it.each<[string | undefined, string]>([
  [undefined, jsonPath],
  ['sqlite:/srv/reel.db', 'sqlite:/srv/reel.db'],
  ['postgres://ann:s3cret@db.example:5433/reel?sslmode=require', 'postgres://db.example:5433/reel'],
])('the records of the setting %s are in a place that a person may read of', (database, name) => {
  expect(recordHome(COUNTERS, { jsonPath, database }).name).toBe(name);
});
