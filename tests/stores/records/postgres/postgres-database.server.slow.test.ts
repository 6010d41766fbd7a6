import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { PostgresDatabase, type PostgresOptions } from '#lib/stores/records/postgres/postgres-database.server.ts';
import { increment } from '../../../fixtures/records/counters.ts';
import { counterServer, describePostgres, type PostgresServer } from '../../../fixtures/servers/postgres.ts';
import { PostgresProxy } from '../../../fixtures/servers/postgres-proxy.ts';
import { freePort } from '../../../fixtures/servers/server.ts';

describePostgres('the connections to a real PostgreSQL', (server) => {
  let parts = 0;
  const newPart = () => {
    parts += 1;
    return `part-${parts}`;
  };
  /** A store over a proxy, and one beside it. */
  async function behindProxy(options: PostgresOptions = {}) {
    const proxy = await PostgresProxy.start(server.port);
    const part = newPart();
    const beside = counterServer(server.url(), part);
    await beside.update('rome', () => ({ id: 'rome', count: 0 }));
    const store = counterServer(server.url('postgres', proxy.port), part, options);
    // Also its own first steps are behind it then.
    await store.update('rome', increment('rome'));
    return { proxy, store, beside };
  }

  describe('that are lost', () => {
    it('end no process and fail no call, idle or in use', async () => {
      const part = newPart();
      const store = counterServer(server.url(), part);
      await store.update('rome', increment('rome'));
      await terminateAll(server);
      expect(await store.get('rome')).toMatchObject({ count: 1 });
      await terminateAll(server);
      expect(await store.update('rome', increment('rome'))).toMatchObject({ count: 2 });
      // Checked out, waiting for a lock in the midst of a transaction.
      const holder = await server.client();
      await holder.query(`begin; select * from reelkeep_parts where name = '${part}' for update`);
      const waiting = store.update('rome', increment('rome'));
      await waitsForLock(server);
      await terminateAll(server, holder);
      await holder.query('rollback');
      expect(await waiting).toMatchObject({ count: 3 });
    });

    it.each([
      ['before the part is locked', 'for update', 'before'],
      ['while it is locked', 'for update', 'after'],
      ['before the records are read', 'order by r.key for update', 'before'],
      ['while they are read', 'clock_timestamp', 'after'],
      ['before they are written', 'insert into reelkeep_records', 'before'],
      ['when they are written', 'insert into reelkeep_records', 'after'],
      ['before the commit arrives', 'commit', 'before'],
      ['when only its answer is missing', 'commit', 'after'],
    ] as const)('%s: the update is stored once, and its mutator called once', async (_when, at, fault) => {
      const { proxy, store, beside } = await behindProxy();
      let calls = 0;
      proxy.script(at, fault);
      const stored = await store.update('rome', (current, step) => {
        calls += 1;
        return increment('rome')(current, step);
      });
      expect([stored?.count, calls]).toEqual([2, 1]);
      expect(await beside.get('rome')).toEqual(stored);
    });

    it('before others have stored something: the update is refused, since what it saw is outdated', async () => {
      const meanwhile = { work: async (): Promise<unknown> => undefined };
      const clock = { ...systemClock, wait: async () => void (await meanwhile.work()) };
      const { proxy, store, beside } = await behindProxy({ clock });
      meanwhile.work = () => beside.update('rome', increment('rome'));
      proxy.script('insert into reelkeep_records', 'before');
      const refused = store.update('rome', increment('rome'));
      await expect(refused).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('Try again') });
      expect(await store.get('rome')).toMatchObject({ count: 2 });
    });

    it('for good: every call says so, with no word of the password', async () => {
      const store = counterServer(server.url('postgres', await freePort()), newPart());
      const calls: Array<() => Promise<unknown> | undefined> = [
        () => store.get('rome'),
        () => store.update('rome', increment('rome')),
        () => store.changes?.(),
      ];
      for (const call of calls) {
        const error = await Promise.try(call).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 'network', retryable: true });
        expect(inspect(error)).not.toContain('a-secret');
      }
    });
  });

  describe('that take too long', () => {
    it('are given up: to a server that accepts and says nothing', async () => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      onTestFinished(() => void silent.close());
      const address = silent.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const store = counterServer(server.url('postgres', port), newPart(), { connectMs: 100 });
      await expect(store.get('rome')).rejects.toMatchObject({ code: 'network', retryable: true });
    });

    it('are given up: when the server is silent in the midst of it', async () => {
      const { proxy, store, beside } = await behindProxy({ statementMs: 100, lockMs: 100 });
      proxy.script('clock_timestamp', 'silence');
      await expect(store.update('rome', increment('rome'))).rejects.toMatchObject({ code: 'timeout', retryable: true });
      // The server gives up the transaction of a client that says nothing.
      await expect.poll(() => beside.update('rome', increment('rome'))).toMatchObject({ count: 2 });
    });

    it('are given up by the server as well: also reads, which can change nothing', async () => {
      const database = new PostgresDatabase(server.url(), { statementMs: 5000, lockMs: 50 });
      onTestFinished(() => database.close());
      const names = [
        'statement_timeout',
        'lock_timeout',
        'idle_in_transaction_session_timeout',
        'transaction_read_only',
      ];
      const read = database.read('select current_setting(name) from unnest($1::text[]) as name', [names]);
      expect((await read).map(({ current_setting: value }) => value)).toEqual(['5s', '50ms', '5s', 'on']);
      const holder = await server.client();
      await holder.query('begin; lock table reelkeep_parts in access exclusive mode');
      await expect(database.read('select * from reelkeep_parts')).rejects.toMatchObject({ code: 'busy' });
    });

    it('are given up: while another process holds the lock', async () => {
      const part = newPart();
      const store = counterServer(server.url(), part, { lockMs: 50 });
      await store.update('rome', increment('rome'));
      const holder = await server.client();
      await holder.query(`begin; select * from reelkeep_parts where name = '${part}' for update`);
      await expect(store.update('rome', increment('rome'))).rejects.toMatchObject({ code: 'busy', retryable: true });
      await holder.query('rollback');
      expect(await store.update('rome', increment('rome'))).toMatchObject({ count: 2 });
    });
  });

  it('are as few as they may be: 20 updates and reads at once finish with two, and with one', async () => {
    for (const connections of [2, 1]) {
      const [one, other] = [newPart(), newPart()].map((part) => counterServer(server.url(), part, { connections }));
      const work = Array.from({ length: 20 }, (_, index) => {
        const store = index % 2 ? one : other;
        return index % 3 ? store?.update(`k${index}`, increment(`k${index}`)) : store?.get('k1');
      });
      await Promise.all(work);
      await one?.updateMark(async (mark, isEmpty) => ({ ...mark, hasRecords: !isEmpty, seen: await one.count() }));
      expect(await one?.readMark()).toMatchObject({ hasRecords: true });
    }
  });

  it('date a lease by the server’s clock, after every lock is held', async () => {
    const part = newPart();
    const store = counterServer(server.url(), part);
    await store.update('rome', increment('rome'));
    const holder = await server.client();
    await holder.query(`begin; select * from reelkeep_records where part = '${part}' and key = 'rome' for update`);
    const waiting = store.update('rome', (current, { nowMs }) => current && { ...current, leasedMs: nowMs });
    await waitsForLock(server);
    const [clock] = await server.sql('select extract(epoch from clock_timestamp()) * 1000 as now');
    await holder.query('commit');
    expect((await waiting)?.leasedMs).toBeGreaterThanOrEqual(Math.floor(Number(clock?.now)));
  });

  it.each([
    ['a wrong database', 'config', 'postgres', 'no_such_database'],
    ['a wrong user', 'config', 'nobody', 'postgres'],
  ])('say what is wrong with %s', async (_what, code, user, database) => {
    const url = `postgres://${user}:a-secret@127.0.0.1:${server.port}/${database}`;
    const failed = counterServer(url, newPart()).get('rome');
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(`127.0.0.1:${server.port}`) });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('a-secret') });
  });

  it('refuse a record that somebody has damaged, and name it', async () => {
    const part = newPart();
    const store = counterServer(server.url(), part);
    await store.update('rome', increment('rome'));
    for (const content of ['{"id": "rome"}', '{"id": ', 'null']) {
      await server.sql(
        `update reelkeep_records set content = '${content}', revision = revision + 1 where part = '${part}'`,
      );
      const damaged = { code: 'store-corrupt', message: expect.stringContaining('"rome"') };
      await expect(store.get('rome')).rejects.toMatchObject(damaged);
      await expect(store.update('rome', increment('rome'))).rejects.toMatchObject(damaged);
    }
  });
});

/** Ends every other connection, as an administrator or a restart does. */
async function terminateAll(server: PostgresServer, except?: { query(sql: string): Promise<{ rows: unknown[] }> }) {
  const kept = except ? await except.query('select pg_backend_pid() as pid') : { rows: [{ pid: 0 }] };
  const { pid } = Object(kept.rows[0]);
  await server.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where backend_type = 'client backend' and pid not in (pg_backend_pid(), ${pid})`,
  );
}

async function waitsForLock(server: PostgresServer): Promise<void> {
  const waiting = () => server.sql(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
  await expect.poll(async () => (await waiting()).length).toBeGreaterThan(0);
}
