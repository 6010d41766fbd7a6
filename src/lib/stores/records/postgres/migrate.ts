import { ReelError } from '#lib/base/errors.ts';
import type { PostgresConnection } from './postgres-access.ts';
import { postgresCodeOf } from './postgres-error.ts';
import { MIGRATIONS, OLDEST_COMPATIBLE } from './schema.ts';

/** The two halves of an advisory lock's number: "Reel", and what it is for. */
const LOCK = [0x5265656c, 1] as const;
const LOCK_NOT_AVAILABLE = '55P03';

/** What this version of Reelkeep knows; other numbers only in tests. */
export interface KnownSchema {
  readonly migrations: readonly string[];
  /** The oldest version whose builds can use the newest schema as well. */
  readonly oldestCompatible: number;
}

/**
 * Brings the schema to the version of this build. Looks first, and takes a lock only if something is to be done: within the
 * transaction of the migration, which ends with it also behind PgBouncer, where a session's lock would stay for ever.
 * @param server names it to a person
 * @throws ReelError `config` for a schema of a newer build, `busy` when another process holds the lock for too long; the
 *   driver's errors
 */
export async function migrate(
  connection: PostgresConnection,
  server: string,
  lockMs: number,
  known: KnownSchema = { migrations: MIGRATIONS, oldestCompatible: OLDEST_COMPATIBLE },
): Promise<void> {
  if (!(await isPending(connection, server, known))) return;
  await connection.query('begin isolation level read committed read write');
  try {
    await takeLock(connection, server, lockMs);
    // Another process may have migrated while this one waited.
    if (await isPending(connection, server, known)) await run(connection, known);
    await connection.query('commit');
  } catch (error) {
    await connection.query('rollback').catch(() => {});
    throw error;
  }
}

async function isPending(connection: PostgresConnection, server: string, known: KnownSchema): Promise<boolean> {
  const version = await readVersion(connection);
  const newest = known.migrations.length;
  if (version === undefined) return true;
  if (version.version > newest && version.oldestCompatible > newest) {
    const versions = `its schema has version ${version.version}, and this Reelkeep knows versions up to ${newest}`;
    const message = `The database ${server} is of a newer Reelkeep: ${versions}. Nothing was changed. Update Reelkeep.`;
    throw new ReelError('config', message, { stage: 'configuring' });
  }
  return version.version < newest;
}

async function readVersion(connection: PostgresConnection) {
  const [found] = await connection.query("select to_regclass('reelkeep_schema') is not null as exists");
  if (found?.exists !== true) return undefined;
  const [row] = await connection.query('select version, oldest_compatible from reelkeep_schema');
  return row && { version: Number(row.version), oldestCompatible: Number(row.oldest_compatible) };
}

async function takeLock(connection: PostgresConnection, server: string, lockMs: number): Promise<void> {
  await connection.query(`set local lock_timeout = ${lockMs}`);
  await connection.query(`set local statement_timeout = ${lockMs + 60_000}`);
  await connection.query('savepoint before_lock');
  try {
    await connection.query('select pg_advisory_xact_lock($1, $2)', [...LOCK]);
  } catch (error) {
    if (postgresCodeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    await connection.query('rollback to savepoint before_lock');
    const waited = `${Math.round(lockMs / 1000)} s`;
    const message = `Another process has been migrating the database ${server} for more than ${waited}`;
    const advice = 'Wait for it, or end it with pg_terminate_backend, then start again.';
    throw new ReelError('busy', `${message}${await holderOf(connection)}. ${advice}`, {
      stage: 'configuring',
      cause: error,
    });
  }
}

async function holderOf(connection: PostgresConnection): Promise<string> {
  const [holder] = await connection.query(
    `select pid, application_name, usename, coalesce(client_addr::text, 'this machine') as address, state
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and objsubid = 2 and classid = $1::bigint::oid and objid = $2::bigint::oid
       and pg_locks.database = (select oid from pg_database where datname = current_database())`,
    [...LOCK],
  );
  if (!holder) return '';
  const { pid, application_name, usename, address, state } = holder;
  return `: process ${pid} of the server, "${application_name}" of ${usename} from ${address}, ${state}`;
}

async function run(connection: PostgresConnection, { migrations, oldestCompatible }: KnownSchema): Promise<void> {
  const [encoding] = await connection.query("select current_setting('server_encoding') as encoding");
  if (encoding?.encoding !== 'UTF8') {
    const message = `The database has the encoding ${encoding?.encoding}, which cannot hold every text.`;
    const advice = "Create one with: create database … encoding 'UTF8' template template0";
    throw new ReelError('config', `${message} ${advice}`, { stage: 'configuring' });
  }
  await connection.query(
    'create table if not exists reelkeep_schema (version integer not null, oldest_compatible integer not null)',
  );
  const version = (await readVersion(connection))?.version ?? 0;
  for (const migration of migrations.slice(version)) await connection.query(migration);
  await connection.query('delete from reelkeep_schema');
  await connection.query('insert into reelkeep_schema (version, oldest_compatible) values ($1, $2)', [
    migrations.length,
    oldestCompatible,
  ]);
}
