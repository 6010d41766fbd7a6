import { compareKeys } from './key-order.ts';
import type { ListPlace, ListQuery, RecordFormat, RecordQuery } from './record-store.ts';
import type { RecordTable } from './record-table.ts';

/** The matching records of the table, in the order of `compareKeys`. */
export function* findRecords<R>(
  table: RecordTable<R>,
  format: RecordFormat<R>,
  { limit = Number.POSITIVE_INFINITY, ...query }: RecordQuery,
): Iterable<R> {
  const keys = [...table.keys()].filter((key) => {
    const record = table.peek(key);
    return record !== undefined && isAfter(key, query) && fits(record, format, query);
  });
  for (const [index, key] of keys.sort(compareKeys).entries()) {
    if (index >= limit) return;
    const record = table.get(key);
    if (record !== undefined) yield record;
  }
}

/** One page of a list of the format. */
export function pageOf<R>(
  table: RecordTable<R>,
  { lists }: RecordFormat<R>,
  list: string,
  { after, limit }: ListQuery,
): R[] {
  const places = [...table.keys()].flatMap((key) => {
    const record = table.peek(key);
    const at = record && lists?.placesOf(record)[list];
    return at === undefined ? [] : [{ at, key }];
  });
  return places
    .filter((place) => after === undefined || comparePlaces(place, after) > 0)
    .sort(comparePlaces)
    .slice(0, limit)
    .flatMap(({ key }) => table.get(key) ?? []);
}

function comparePlaces(one: ListPlace, other: ListPlace): number {
  return one.at - other.at || compareKeys(one.key, other.key);
}

function isAfter(key: string, { after }: RecordQuery): boolean {
  return after === undefined || compareKeys(key, after) > 0;
}

function fits<R>(record: R, format: RecordFormat<R>, { unfinished, taskId, dueBeforeMs }: RecordQuery): boolean {
  if (unfinished && !format.isUnfinished(record)) return false;
  if (taskId !== undefined && !format.taskIdsOf(record).includes(taskId)) return false;
  return dueBeforeMs === undefined || (format.dueMs(record) ?? Number.POSITIVE_INFINITY) < dueBeforeMs;
}
