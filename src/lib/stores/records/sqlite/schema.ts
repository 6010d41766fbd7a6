/** "Reel" in ASCII: tells our databases from those of other programs. */
export const APPLICATION_ID = 0x5265656c;

/** What to run to get from one version of the schema to the next; the first makes version 1 of an empty database. */
export const MIGRATIONS: readonly string[] = [
  `
  create table reelkeep_parts (
    name text primary key,
    id text not null,
    revision integer not null default 0,
    sequence integer not null default 0,
    records integer not null default 0,
    transfer text,
    mark text
  ) strict;

  create table reelkeep_records (
    part text not null,
    key text not null,
    sequence integer not null,
    revision integer not null,
    is_unfinished integer not null,
    due_ms real,
    content text not null,
    primary key (part, key)
  ) strict;
  create unique index reelkeep_records_sequence on reelkeep_records (part, sequence);
  create index reelkeep_records_revision on reelkeep_records (part, revision);
  create index reelkeep_records_unfinished on reelkeep_records (part, key) where is_unfinished = 1;
  create index reelkeep_records_due on reelkeep_records (part, due_ms) where due_ms is not null;

  create table reelkeep_deleted (
    part text not null,
    key text not null,
    revision integer not null,
    primary key (part, key)
  ) strict, without rowid;
  create index reelkeep_deleted_revision on reelkeep_deleted (part, revision);

  create table reelkeep_claims (
    part text not null,
    claim text not null,
    key text not null,
    primary key (part, claim, key)
  ) strict, without rowid;

  create table reelkeep_tasks (
    part text not null,
    task_id text not null,
    key text not null,
    primary key (part, task_id, key)
  ) strict, without rowid;

  create table reelkeep_totals (
    part text not null,
    name text not null,
    amount text not null,
    primary key (part, name)
  ) strict, without rowid;
  `,
  // Lists that are read in pages. A part without a mark builds its own when they are first asked for.
  `
  create table reelkeep_places (
    part text not null,
    list text not null,
    place real not null,
    key text not null,
    primary key (part, list, place, key)
  ) strict, without rowid;
  alter table reelkeep_parts add column lists text;
  `,
];
