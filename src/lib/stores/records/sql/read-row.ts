import { ReelError } from '#lib/base/errors.ts';
import { parseExactly } from '../exact-json.ts';
import { checkRecord, placeOf } from '../json-document.ts';
import type { RecordFormat } from '../record-store.ts';
import { deepFreeze } from '../record-table.ts';

/**
 * A record from its text in a database, frozen.
 * @param where names the table's owner to a person, such as `the records of videos in sqlite:/srv/reel.db`
 * @throws ReelError `store-corrupt` naming the place, never quoting the content: it may contain signed URLs
 */
export function readRow<R>(text: string, key: string, where: string, { schema }: RecordFormat<R>): R {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch {
    throw corrupt(key, where, 'its text is not valid JSON');
  }
  const { record, issue } = checkRecord(value, schema);
  if (issue === undefined) return deepFreeze(record);
  throw corrupt(key, where, `${placeOf(issue.path)}: ${issue.message}`);
}

function corrupt(key: string, where: string, what: string): ReelError {
  const name = JSON.stringify(key.slice(0, 80));
  const advice = 'Repair it, or restore a copy of the database; until then it is left as it is.';
  return new ReelError('store-corrupt', `The record ${name} of ${where} cannot be used, ${what}. ${advice}`, {
    stage: 'recording',
  });
}
