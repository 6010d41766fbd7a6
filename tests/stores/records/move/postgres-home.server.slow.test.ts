import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { postgresHome } from '#lib/stores/records/move/postgres-home.server.ts';
import { PostgresDatabase } from '#lib/stores/records/postgres/postgres-database.server.ts';
import { createPostgresStore } from '#lib/stores/records/postgres/postgres-store.server.ts';
import { describePartHome } from '../../../contracts/part-home.ts';
import { type Counter, counterFormat } from '../../../fixtures/records/counters.ts';
import { describePostgres } from '../../../fixtures/servers/postgres.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

describePostgres('a real PostgreSQL', (server) => {
  let parts = 0;
  describePartHome('a PostgreSQL database', () => {
    parts += 1;
    const part = { name: `counters-${parts}`, format: counterFormat };
    const database = new PostgresDatabase(server.url());
    onTestFinished(() => database.close());
    const jsonPath = join(temporaryFolder(), 'counters.json');
    return { home: postgresHome(part, database), store: () => createPostgresStore<Counter>(database, part, jsonPath) };
  });
});
