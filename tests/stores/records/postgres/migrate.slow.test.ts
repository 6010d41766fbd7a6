import { expect, it } from 'vitest';
import { type KnownSchema, migrate } from '#lib/stores/records/postgres/migrate.ts';
import { MIGRATIONS } from '#lib/stores/records/postgres/schema.ts';
import { Child } from '../../../fixtures/processes/child.ts';
import { increment } from '../../../fixtures/records/counters.ts';
import { PGBOUNCER_INSTALLED, pgbouncer } from '../../../fixtures/servers/pgbouncer.ts';
import { counterServer, describePostgres, type PostgresServer } from '../../../fixtures/servers/postgres.ts';
import { describeWith } from '../../../fixtures/servers/server.ts';

const NEXT = 'alter table reelkeep_records add column extra text';
const later = (oldestCompatible: number): KnownSchema => ({ migrations: [...MIGRATIONS, NEXT], oldestCompatible });

describePostgres('the schema in a real PostgreSQL', (server) => {
  it('is made once by several processes that start at once', async () => {
    const database = await server.create();
    const children = Array.from(
      { length: 4 },
      () => new Child('stores/store-counter.ts', [server.url(database), 'rome', '5']),
    );
    for (const child of children) expect(await child.line()).toBe('ready');
    for (const child of children) child.say('go');
    const counts = (await Promise.all(children.map((child) => child.rest()))).flat().map(Number);
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(await server.sql('select * from reelkeep_schema', database)).toEqual([{ version: 2, oldest_compatible: 2 }]);
  });

  it('of a newer build is refused by an older one, which names both and changes nothing', async () => {
    const database = await migratedTo(server, later(3));
    const before = await contentOf(server, database);
    const store = counterServer(server.url(database));
    const refused = { code: 'config', message: expect.stringMatching(/version 3.* up to 2\b/) };
    await expect(store.get('rome')).rejects.toMatchObject(refused);
    await expect(store.update('rome', increment('rome'))).rejects.toMatchObject(refused);
    expect(await contentOf(server, database)).toEqual(before);
  });

  it('of a newer build is used by an older one if it says that this is possible', async () => {
    const database = await migratedTo(server, later(2));
    expect(await counterServer(server.url(database)).update('rome', increment('rome'))).toMatchObject({ count: 1 });
    expect(await server.sql('select version from reelkeep_schema', database)).toEqual([{ version: 3 }]);
  });

  it('of an older build is brought up to date, with its records', async () => {
    const database = await server.create();
    await counterServer(server.url(database)).update('rome', increment('rome'));
    await migrateTo(server, database, later(3));
    expect(await server.sql('select key, extra from reelkeep_records', database)).toEqual([
      { key: 'rome', extra: null },
    ]);
  });

  it('stays as it was when a migration fails in the midst of it', async () => {
    const database = await server.create();
    const broken = { migrations: [...MIGRATIONS, NEXT, 'select nonsense'], oldestCompatible: 1 };
    await expect(migrateTo(server, database, broken)).rejects.toMatchObject({ code: '42703' });
    expect(await server.sql("select tablename from pg_tables where schemaname = 'public'", database)).toEqual([]);
    expect(await counterServer(server.url(database)).update('rome', increment('rome'))).toMatchObject({ count: 1 });
  });

  it('is not waited for longer than a time limit, and the message names who holds it', async () => {
    const database = await server.create();
    const holder = await server.client(database);
    await holder.query("set application_name = 'a deployment'; begin; select pg_advisory_xact_lock(1382376812, 1)");
    const waiting = counterServer(server.url(database), 'counters', { migrationLockMs: 50 });
    await expect(waiting.get('rome')).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('a deployment'),
    });
    await holder.query('rollback');
    expect(await waiting.get('rome')).toBeUndefined();
  });

  it('takes no lock where nothing is to be done', async () => {
    const database = await migratedTo(server, { migrations: MIGRATIONS, oldestCompatible: 1 });
    const holder = await server.client(database);
    await holder.query('begin; select pg_advisory_xact_lock(1382376812, 1)');
    const store = counterServer(server.url(database), 'counters', { migrationLockMs: 50 });
    expect(await store.update('rome', increment('rome'))).toMatchObject({ count: 1 });
  });

  it('needs a database that can hold every text', async () => {
    const database = await server.create("template template0 encoding 'LATIN1' locale 'C'");
    const refused = { code: 'config', message: expect.stringContaining('LATIN1') };
    await expect(counterServer(server.url(database)).get('rome')).rejects.toMatchObject(refused);
  });

  describeWith('PgBouncer', PGBOUNCER_INSTALLED, 'behind PgBouncer in transaction mode', () => {
    it('is made, and found again by every later start, while others keep its connections busy', async () => {
      const database = await server.create();
      const url = server.url(database, await pgbouncer(server.port, 3));
      const busy = keepBusy(url, 5);
      try {
        for (let start = 0; start < 3; start += 1) {
          const stores = [counterServer(url), counterServer(url)];
          for (const store of stores) await store.update('rome', increment('rome'));
        }
        expect(await counterServer(url).get('rome')).toMatchObject({ count: 6 });
      } finally {
        await busy.stop();
      }
      // Nothing was left on a connection of the pool.
      expect(await server.sql("select * from pg_locks where locktype = 'advisory'", database)).toEqual([]);
    });

    it('is migrated to the next version, with a limit and a message as without', async () => {
      const database = await server.create();
      const url = server.url(database, await pgbouncer(server.port, 4));
      const holder = await server.client(database);
      await holder.query('begin; select pg_advisory_xact_lock(1382376812, 1)');
      const waiting = counterServer(url, 'counters', { migrationLockMs: 50 });
      await expect(waiting.get('rome')).rejects.toMatchObject({ code: 'busy' });
      await holder.query('rollback');
      expect(await waiting.update('rome', increment('rome'))).toMatchObject({ count: 1 });
    });

    it('has updates of several processes, none of them lost', async () => {
      const database = await server.create();
      const url = server.url(database, await pgbouncer(server.port, 2));
      const children = Array.from({ length: 4 }, () => new Child('stores/store-counter.ts', [url, 'rome', '25']));
      for (const child of children) expect(await child.line()).toBe('ready');
      for (const child of children) child.say('go');
      await Promise.all(children.map((child) => child.rest()));
      expect(await counterServer(url).get('rome')).toMatchObject({ count: 100 });
    });
  });
});

async function migrateTo(server: PostgresServer, database: string, known: KnownSchema): Promise<void> {
  const client = await server.client(database);
  const query = async (sql: string, values?: unknown[]) => (await client.query(sql, values)).rows;
  await migrate({ query }, 'the test’s', 1000, known);
}

async function migratedTo(server: PostgresServer, known: KnownSchema): Promise<string> {
  const database = await server.create();
  await migrateTo(server, database, known);
  return database;
}

/** Everything that a change of the schema or of the records would change. */
function contentOf(server: PostgresServer, database: string) {
  return server.sql(
    `select relname, relfilenode, n_tup_ins, n_tup_upd from pg_class left join pg_stat_user_tables using (relname)
     where relname like 'reelkeep%' order by relname`,
    database,
  );
}

/** Clients that run one transaction after the other. */
function keepBusy(url: string, clients: number): { stop(): Promise<void> } {
  let isStopping = false;
  const work = Array.from({ length: clients }, async (_, index) => {
    const store = counterServer(url, `busy-${index}`, { connections: 1 });
    while (!isStopping) await store.update('k', increment('k'));
  });
  return {
    async stop() {
      isStopping = true;
      await Promise.all(work);
    },
  };
}
