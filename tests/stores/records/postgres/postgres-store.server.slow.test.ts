import { beforeAll } from 'vitest';
import { describeBuiltLists } from '../../../contracts/record-lists.ts';
import { describeRecordStore } from '../../../contracts/record-store.ts';
import { counterServer, describePostgres } from '../../../fixtures/servers/postgres.ts';

describePostgres('a real PostgreSQL', (server) => {
  let parts = 0;
  const opener = (database: () => string) => () => {
    parts += 1;
    const part = `counters-${parts}`;
    // Each connection is one of its own, as every process has one.
    return () => counterServer(server.url(database()), part);
  };

  describeRecordStore(
    'PostgreSQL store',
    opener(() => 'postgres'),
  );

  describeBuiltLists('PostgreSQL store', async () => {
    const database = await server.create();
    const url = server.url(database);
    return {
      open: (format) => counterServer(url, 'counters', {}, format),
      sql: (text) => server.sql(text, database),
    };
  });

  // The order of en-US is not that of the bytes: mixed case, `_` and `-` show it.
  let english = '';
  beforeAll(async () => {
    english = await server.create("template template0 locale_provider icu icu_locale 'en-US'");
  });
  describeRecordStore(
    'PostgreSQL store in a database in English',
    opener(() => english),
  );
});
