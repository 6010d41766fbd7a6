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
  // Where one of its fields shows the difference, its text is only made when it is written: once for a group.
  const text = admitted === undefined || differs(admitted, current) ? undefined : formatRecord(admitted);
  if (text !== undefined && text === table.textOf(key, formatRecord)) return current;
  if (admitted !== undefined) requireKey(key, format.keyOf(admitted));
  // First: it may refuse the record.
  index.replace(key, current, admitted);
  if (admitted === undefined) table.delete(key);
  else table.set(key, admitted, text);
  return table.get(key);
}

/** Whether a text, number or the like among the fields is another one. */
function differs(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return false;
  return Object.keys(one).some((name) => !isObject(one[name]) && one[name] !== other[name]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** @throws ReelError `invalid-input`: a record stored under another key could not be found by its own. */
function requireKey(expected: string, actual: string): void {
  if (actual === expected) return;
  const keys = `${JSON.stringify(expected)}, but the new record belongs to ${JSON.stringify(actual)}`;
  throw new ReelError('invalid-input', `The update is for the record ${keys}. Keep the key fields as they are.`, {
    stage: 'recording',
  });
}
