import { z } from 'zod';
import { invalid } from './refusal.ts';
import type { PlainValue } from './types.ts';

/** A property of the data source. */
export interface SandboxColumn {
  /** As Notion shows it: percent-encoded. */
  id: string;
  name: string;
  type: string;
  /** Of a select, multi-select or status. */
  options: string[];
}

// developers.notion.com/reference/request-limits
const LONGEST_TEXT = 2000;
const LONGEST_URL = 2000;
const MOST_ITEMS = 100;

const textItems = z.array(
  z.looseObject({
    type: z.literal('text').optional(),
    text: z.looseObject({ content: z.string(), link: z.looseObject({ url: z.string() }).nullish() }),
  }),
);
const option = z.union([z.looseObject({ name: z.string() }), z.looseObject({ id: z.string() })]);
const files = z.array(
  z.looseObject({
    name: z.string(),
    type: z.literal('external').optional(),
    external: z.looseObject({ url: z.string() }),
  }),
);

const SHAPES: Readonly<Record<string, z.ZodType>> = {
  title: textItems,
  rich_text: textItems,
  url: z.string().nullable(),
  email: z.string().nullable(),
  phone_number: z.string().nullable(),
  select: option.nullable(),
  status: option.nullable(),
  multi_select: z.array(option),
  files,
  checkbox: z.boolean(),
  number: z.number().nullable(),
  date: z.looseObject({ start: z.string(), end: z.string().nullish(), time_zone: z.string().nullish() }).nullable(),
};

/**
 * The value in plain form, if the property takes it. A select gets options that it does not have yet; a status does not.
 * @throws NotionRefusal `validation_error`
 */
export function acceptValue(column: SandboxColumn, sent: unknown): PlainValue {
  const shape = SHAPES[column.type];
  const where = `body.properties.${column.name}`;
  const body = z.looseObject({}).safeParse(sent).data;
  if (!body) throw invalid(`body failed validation: ${where} should be an object.`);
  if (!shape || !(column.type in body)) throw invalid(`${column.name} is expected to be ${column.type}.`);
  const parsed = shape.safeParse(body[column.type]);
  if (!parsed.success)
    throw invalid(`body failed validation: ${where}.${column.type}: ${z.prettifyError(parsed.error)}`);
  return READERS[column.type]?.(parsed.data, column, `${where}.${column.type}`) ?? null;
}

type Reader = (value: unknown, column: SandboxColumn, where: string) => PlainValue;

const READERS: Readonly<Record<string, Reader>> = {
  title: readText,
  rich_text: readText,
  url: (value, _column, where) => (typeof value === 'string' ? checkedUrl(value, where) : null),
  email: readPlain,
  phone_number: readPlain,
  select: (value, column) => readOption(value, column, true),
  status: (value, column) => readOption(value, column, false),
  multi_select: (value, column) =>
    z
      .array(z.unknown())
      .parse(value)
      .map((one) => readOption(one, column, true) ?? ''),
  files: (value, _column, where) => files.parse(value).map(({ external }) => checkedUrl(external.url, where)),
  checkbox: (value) => value === true,
  number: (value) => (typeof value === 'number' ? value : null),
  date: (value) => z.looseObject({ start: z.string() }).nullable().parse(value)?.start ?? null,
};

function readPlain(value: unknown): PlainValue {
  return typeof value === 'string' ? value : null;
}

function readText(value: unknown, _column: SandboxColumn, where: string): PlainValue {
  const items = textItems.parse(value);
  if (items.length > MOST_ITEMS) throw tooLong(`${where}.length`, MOST_ITEMS, items.length);
  for (const [index, { text }] of items.entries()) {
    const { content, link } = text;
    const here = `${where}[${index}].text`;
    if (content.length > LONGEST_TEXT) throw tooLong(`${here}.content.length`, LONGEST_TEXT, content.length);
    if (!content.isWellFormed() || content.includes('\0')) throw invalid(`${here}.content is not valid text.`);
    if (link) checkedUrl(link.url, `${here}.link.url`);
  }
  return items.map(({ text }) => text.content).join('');
}

function checkedUrl(url: string, where: string): string {
  if (url.length > LONGEST_URL) throw tooLong(`${where}.length`, LONGEST_URL, url.length);
  if (url === '') throw invalid(`${where}.length should be ≥ \`1\`, instead was \`0\`.`);
  return url;
}

function readOption(value: unknown, column: SandboxColumn, mayCreate: boolean): string | null {
  if (value === null) return null;
  const sent = option.parse(value);
  const wanted = 'name' in sent ? String(sent.name) : column.options.find((name) => optionId(column, name) === sent.id);
  if (wanted !== undefined && column.options.includes(wanted)) return wanted;
  if (wanted === undefined || !mayCreate || wanted.includes(',')) {
    throw invalid(`Invalid ${column.type} option. ${column.type} option "${wanted ?? ''}" does not exist.`);
  }
  column.options.push(wanted);
  return wanted;
}

export function optionId(column: SandboxColumn, name: string): string {
  return `${column.id}-${column.options.indexOf(name)}`;
}

function tooLong(where: string, most: number, was: number): Error {
  return invalid(`body failed validation: ${where} should be ≤ \`${most}\`, instead was \`${was}\`.`);
}
