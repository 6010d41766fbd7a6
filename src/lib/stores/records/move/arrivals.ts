import type { RecordFormat } from '../record-store.ts';
import { readRow } from '../sql/read-row.ts';
import type { Writes } from '../sql/rows.ts';
import { requireStorable } from '../sql/storable-text.server.ts';
import { writesOf } from '../sql/writes.ts';
import type { RecordText } from './part-home.ts';

const IN_ONE_TRANSACTION = 500;

/**
 * What has to be written for records that arrive in a database.
 * @param where names their place to a person
 * @throws ReelError `store-corrupt` for one that is none by the schema, `invalid-input` for a key that is too long
 */
export function arrivalsOf<R>(format: RecordFormat<R>, records: readonly RecordText[], where: string): Writes<R> {
  const changes = records.map(({ key, content }) => {
    requireStorable(key);
    return { key, before: undefined, after: readRow(content, key, where, format), isAnew: false };
  });
  return writesOf(format, changes);
}

/** The records in groups, for one transaction each. */
export async function* inGroups(records: AsyncIterable<RecordText>): AsyncGenerator<RecordText[]> {
  let group: RecordText[] = [];
  for await (const record of records) {
    group.push(record);
    if (group.length < IN_ONE_TRANSACTION) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
