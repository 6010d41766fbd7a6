/** What to run to get from one version of the schema to the next; the first makes version 1 of an empty database. */
export const MIGRATIONS: readonly string[] = [
  // Keys are compared by their bytes ("C"): in the database's language, pages by key would skip or repeat some.
  `
  create table reelkeep_parts (
    name text collate "C" primary key,
    id text not null,
    revision bigint not null default 0,
    sequence bigint not null default 0,
    records bigint not null default 0,
    transfer text,
    mark text
  );

  create table reelkeep_records (
    part text collate "C" not null,
    key text collate "C" not null,
    sequence bigint not null,
    revision bigint not null,
    is_unfinished boolean not null,
    due_ms double precision,
    content text not null,
    primary key (part, key)
  );
  create unique index reelkeep_records_sequence on reelkeep_records (part, sequence);
  create index reelkeep_records_revision on reelkeep_records (part, revision);
  create index reelkeep_records_unfinished on reelkeep_records (part, key) where is_unfinished;
  create index reelkeep_records_due on reelkeep_records (part, due_ms) where due_ms is not null;

  create table reelkeep_deleted (
    part text collate "C" not null,
    key text collate "C" not null,
    revision bigint not null,
    primary key (part, key)
  );
  create index reelkeep_deleted_revision on reelkeep_deleted (part, revision);

  create table reelkeep_claims (
    part text collate "C" not null,
    claim text collate "C" not null,
    key text collate "C" not null,
    primary key (part, claim, key)
  );

  create table reelkeep_tasks (
    part text collate "C" not null,
    task_id text collate "C" not null,
    key text collate "C" not null,
    primary key (part, task_id, key)
  );

  create table reelkeep_totals (
    part text collate "C" not null,
    name text collate "C" not null,
    amount numeric not null,
    primary key (part, name)
  );
  `,
  // Lists that are read in pages. A part without a mark builds its own when they are first asked for.
  `
  create table reelkeep_places (
    part text collate "C" not null,
    list text collate "C" not null,
    place double precision not null,
    key text collate "C" not null,
    primary key (part, list, place, key)
  );
  alter table reelkeep_parts add column lists text;
  `,
];

/** The oldest version whose builds can use the schema of these migrations as well: those of version 1 write no lists. */
export const OLDEST_COMPATIBLE = 2;
