/** A value of a statement. */
export type Value = string | number | bigint | null;
export type Row = Record<string, unknown>;

/** One connection. Every call may throw SQLite's own errors. */
export interface SqliteConnection {
  all(sql: string, ...values: Value[]): Row[];
  get(sql: string, ...values: Value[]): Row | undefined;
  run(sql: string, ...values: Value[]): void;
}
