import { visit } from 'jsonc-parser';
import type { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import { parseExactly } from './exact-json.ts';
import type { RecordFormat } from './record-store.ts';
import { RecordTable } from './record-table.ts';

/**
 * Reads a JSON array of records. A byte order mark, as written by Windows editors, is accepted and dropped.
 * @param earlier an earlier version: a record with the same text is the same object, and not validated again
 * @throws ReelError `store-corrupt` naming the file and the place, never quoting its content: it may contain signed URLs
 */
export function parseDocument<R>(
  bytes: Uint8Array,
  path: string,
  format: RecordFormat<R>,
  earlier: RecordTable<R> = new RecordTable(),
): RecordTable<R> {
  const table = new RecordTable<R>();
  const unchanged = earlier.byText(formatRecord);
  for (const [index, value] of parseArray(bytes, path).entries()) {
    const same = unchanged.size > 0 ? unchanged.get(formatRecord(value)) : undefined;
    const record = same?.record ?? readRecord(value, index, path, format);
    const key = same?.key ?? format.keyOf(record);
    if (table.has(key)) {
      throw corrupt(path, `[${index}]: a second record with the key ${JSON.stringify(key.slice(0, 80))}`);
    }
    if (same) table.set(key, record, same.text);
    else table.set(key, record);
  }
  return table;
}

function readRecord<R>(value: unknown, index: number, path: string, { schema }: RecordFormat<R>): R {
  const { record, issue } = checkRecord(value, schema);
  if (issue === undefined) return record;
  throw corrupt(path, `${placeOf([index, ...issue.path])}: ${issue.message}`);
}

/** The whole document: two spaces of indentation, one record after the other, a line feed at the end. */
export function formatDocument<R>(table: RecordTable<R>): string {
  const texts = table.texts(formatRecord);
  return texts.length === 0 ? '[]\n' : `[\n  ${texts.join(',\n  ')}\n]\n`;
}

/** One record as formatted in the document. Cut from an array of one: indenting it afterwards took a fifth of an update's time. */
export function formatRecord(record: unknown): string {
  return JSON.stringify([record], null, 2).slice(4, -2);
}

/**
 * The record as the next reader will see it: without what JSON cannot represent, and valid by the schema. Validating the
 * object itself would accept a `Date` or `NaN`, which makes the file unreadable.
 * @throws ReelError `invalid-input` naming the field
 */
export function admitRecord<R>(record: R, schema: z.ZodType<R>): R {
  const { record: admitted, issue } = checkRecord(throughJson(record), schema);
  if (issue === undefined) return admitted;
  const place = placeOf(issue.path) || 'the record';
  throw new ReelError('invalid-input', `The record was not stored. ${place}: ${issue.message}.`, {
    stage: 'recording',
  });
}

function throughJson(record: unknown): unknown {
  try {
    const text: string | undefined = JSON.stringify(record);
    return text === undefined ? undefined : parseExactly(text);
  } catch (error) {
    throw new ReelError('invalid-input', 'The record was not stored: it cannot be written as JSON.', {
      stage: 'recording',
      cause: error,
    });
  }
}

interface Issue {
  path: PropertyKey[];
  message: string;
}
type Checked<R> = { record: R; issue?: never } | { record?: never; issue: Issue };

/** Whether the value is a record by the schema. */
export function checkRecord<R>(value: unknown, schema: z.ZodType<R>): Checked<R> {
  const result = schema.safeParse(value);
  if (result.success) return { record: result.data };
  return { issue: result.error.issues[0] ?? { path: [], message: 'Invalid record' } };
}

function parseArray(bytes: Uint8Array, path: string): unknown[] {
  const text = decode(bytes, path);
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch {
    throw corrupt(path, `${placeOfMistake(text)}: ${text.trim() === '' ? 'it is empty' : 'not valid JSON'}`);
  }
  if (!Array.isArray(value)) throw corrupt(path, 'the top level: not an array');
  return value;
}

/** V8 reports the place of some errors only, and its message quotes the text. */
function placeOfMistake(text: string): string {
  let firstAt: number | undefined;
  const onError = (_code: number, offset: number) => {
    firstAt ??= offset;
  };
  try {
    visit(text, { onError }, { disallowComments: true });
  } catch {
    // It recurses for each bracket, and a damaged file may have more of them than the stack allows.
    return 'nested too deeply to find the place';
  }
  return lineAndColumn(text, firstAt ?? text.length);
}

/** `line 3, column 14`, both from 1, as editors count. */
function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // If it were decoded anyway, the next update would write the damage back as replacement characters.
    const readable = new TextDecoder().decode(bytes);
    throw corrupt(path, `${lineAndColumn(readable, Math.max(0, readable.indexOf('\uFFFD')))}: not valid UTF-8`);
  }
}

function corrupt(path: string, what: string): ReelError {
  const advice = 'Repair it, or move it away and restore a copy; until then nothing is written to it.';
  return new ReelError('store-corrupt', `The record file ${path} cannot be used, ${what}. ${advice}`, {
    stage: 'recording',
  });
}

/** `[3].status` */
export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step).slice(0, 80);
      return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
}
