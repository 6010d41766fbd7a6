import { ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import type { NotionUpdate } from '#lib/notion/options.ts';
import type { StoredValue, Values } from '#lib/notion/records/record.ts';
import type { Targets } from './targets.ts';
import { fittingText } from './text.ts';

/** @throws ReelError `invalid-input` */
export function checkedPageId(pageId: unknown): string {
  if (typeof pageId === 'string' && pageId.trim() !== '' && pageId.length <= 500) return pageId.trim();
  throw new ReelError('invalid-input', 'The Notion page id must be text of 1 to 500 characters.', {
    stage: 'recording',
  });
}

const FIELD_NAME = /^[A-Za-z]\w{0,63}$/;

/** What to record of an update. @throws ReelError `invalid-input` naming the field */
export function valuesOf(update: NotionUpdate, targets: Targets): Values {
  const given = Object.entries(update).filter(([field, value]) => value !== undefined && targets[field] !== false);
  return Object.fromEntries(
    given.map(([field, value]) => {
      if (!FIELD_NAME.test(field))
        throw wrongField(field, 'the name of a field starts with a letter, and has only letters, digits and _');
      const target = Object.hasOwn(targets, field) ? targets[field] : undefined;
      return [field, { value: storedValue(field, value), ...(target && { target: { ...target } }) }];
    }),
  );
}

function storedValue(field: string, value: unknown): StoredValue {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  // What is written to Notion is read by others: no signed link may be in an error.
  if (typeof value === 'string') return field === 'error' ? fittingText(redactText(value)) : value;
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return value;
  throw wrongField(field, 'the value must be text, a finite number, true or false, a valid Date, or null');
}

function wrongField(field: string, problem: string): ReelError {
  return new ReelError('invalid-input', `Notion update, ${JSON.stringify(field)}: ${problem}.`, { stage: 'recording' });
}
