import type { Column } from '#lib/notion/api/columns.ts';
import type { StoredValue } from '#lib/notion/records/record.ts';
import type { PropertyTarget, PropertyType } from './property-types.ts';
import { fittingText, LONGEST_TEXT } from './text.ts';

/** One value of the body of `PATCH /v1/pages/{id}`, or why the value cannot be written to the property. */
export type PropertyValue = { body: Readonly<Record<string, unknown>> } | { refusal: string };

type Writer = (value: Exclude<StoredValue, null>, column: Column, target: PropertyTarget) => PropertyValue;

const LONGEST_FILE_NAME = 100;
/** How to empty a property. An empty text is not the same as no text. */
const EMPTY: Readonly<Record<PropertyType, unknown>> = {
  title: [],
  rich_text: [],
  url: null,
  select: null,
  multi_select: [],
  status: null,
  files: [],
  checkbox: false,
  number: null,
  date: null,
};

const WRITERS: Readonly<Record<PropertyType, Writer>> = {
  title: (value) => textValue('title', value),
  rich_text: (value) => textValue('rich_text', value),
  url: (value) => refusedLength(String(value)) ?? { body: { url: fittingText(String(value)) } },
  select: optionWriter('select', (option) => option),
  multi_select: optionWriter('multi_select', (option) => [option]),
  status: optionWriter('status', (option) => option),
  files: (value) => fileValue(String(value)),
  checkbox: (value, _column, { checkedWhen }) => ({
    body: { checkbox: checkedWhen ? checkedWhen.includes(String(value)) : value !== false },
  }),
  number: (value) => numberValue(value),
  date: (value) => dateValue(value),
};

/** Limits: developers.notion.com/reference/request-limits. */
export function propertyValue(
  value: StoredValue,
  type: PropertyType,
  column: Column,
  target: PropertyTarget,
): PropertyValue {
  if (value === null || value === '') return { body: { [type]: EMPTY[type] } };
  return WRITERS[type](value, column, target);
}

function textValue(type: 'title' | 'rich_text', value: string | number | boolean): PropertyValue {
  const text = String(value);
  if (!isLink(text)) return { body: { [type]: [{ text: { content: fittingText(text) } }] } };
  // Half a link leads nowhere.
  return refusedLength(text) ?? { body: { [type]: [{ text: { content: text, link: { url: text } } }] } };
}

function isLink(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}

function refusedLength(url: string): { refusal: string } | undefined {
  if (url.length <= LONGEST_TEXT) return undefined;
  return {
    refusal: `The link has ${url.length} characters, and Notion takes at most ${LONGEST_TEXT}. Use a shorter one, such as the address of your own server instead of a signed link.`,
  };
}

function fileValue(url: string): PropertyValue {
  const refused = refusedLength(url);
  if (refused) return refused;
  const name = URL.parse(url)?.pathname.split('/').at(-1) || 'file';
  return { body: { files: [{ name: fittingText(name, LONGEST_FILE_NAME), external: { url: fittingText(url) } }] } };
}

function numberValue(value: string | number | boolean): PropertyValue {
  const number = typeof value === 'boolean' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? { body: { number } } : { refusal: `${quoted(value)} is not a number.` };
}

function dateValue(value: string | number | boolean): PropertyValue {
  const text = String(value);
  const isDate = /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) && !Number.isNaN(Date.parse(text));
  return isDate ? { body: { date: { start: text } } } : { refusal: `${quoted(value)} is not a date in ISO 8601.` };
}

/** Only options that exist: an unknown one of a select would be added to it, and one of a status is rejected. */
function optionWriter(type: PropertyType, bodyOf: (option: { name: string }) => unknown): Writer {
  return (value, { name, options }, target) => {
    const wanted = mapped(String(value), target);
    const option = options ? sameOption(wanted, options) : wanted;
    if (option !== undefined) return { body: { [type]: bodyOf({ name: option }) } };
    const list = options?.length ? `It has: ${options.map((one) => quoted(one)).join(', ')}` : 'It has none';
    return {
      refusal: `The property ${quoted(name)} has no option ${quoted(wanted)}. ${list}. Add the option in Notion, or map the value to another one with "options" of the property.`,
    };
  };
}

function mapped(value: string, { options = {} }: PropertyTarget): string {
  return (Object.hasOwn(options, value) ? options[value] : undefined) ?? value;
}

function sameOption(wanted: string, options: readonly string[]): string | undefined {
  if (options.includes(wanted)) return wanted;
  const alike = options.filter((option) => option.toLowerCase() === wanted.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

function quoted(value: string | number | boolean): string {
  return `"${fittingText(String(value), 100)}"`;
}
