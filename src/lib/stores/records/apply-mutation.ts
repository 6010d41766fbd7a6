import { ReelError } from '#lib/base/errors.ts';
import { admitRecord, formatRecord } from './json-document.ts';
import type { RecordIndex } from './record-index.ts';
import type { Mutation, RecordFormat, StepNeeds } from './record-store.ts';
import type { RecordTable } from './record-table.ts';

export interface Update<R> {
  readonly key: string;
  readonly mutate: Mutation<R>;
  readonly needs: StepNeeds | undefined;
}

/** What updates are tried on. */
export interface Trial<R> {
  readonly table: RecordTable<R>;
  /** Of this table. */
  readonly index: RecordIndex<R>;
  readonly format: RecordFormat<R>;
}

/**
 * Applies one update to the table and its index: the `RecordStore.update` of every in-process adapter.
 * @throws whatever `mutate` throws, or ReelError `invalid-input`; table and index are then as they were
 */
export function applyMutation<R>(
  { table, index, format }: Trial<R>,
  { key, mutate, needs }: Update<R>,
  nowMs: number,
): R | undefined {
  const current = table.get(key);
  const next = mutate(current, index.stepOf(table, key, nowMs, needs));
  if (next === current) return current;
  const admitted = next === undefined ? undefined : admitRecord(next, format.schema);
  const text = admitted === undefined ? undefined : formatRecord(admitted);
  if (text !== undefined && text === table.textOf(key, formatRecord)) return current;
  if (admitted !== undefined) requireKey(key, format.keyOf(admitted));
  // First: it may refuse the record.
  index.replace(key, current, admitted);
  if (admitted === undefined) table.delete(key);
  else table.set(key, admitted, text);
  return table.get(key);
}

/** @throws ReelError `invalid-input`: a record stored under another key could not be found by its own. */
function requireKey(expected: string, actual: string): void {
  if (actual === expected) return;
  const keys = `${JSON.stringify(expected)}, but the new record belongs to ${JSON.stringify(actual)}`;
  throw new ReelError('invalid-input', `The update is for the record ${keys}. Keep the key fields as they are.`, {
    stage: 'recording',
  });
}
