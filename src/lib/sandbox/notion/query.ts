import { z } from 'zod';
import { listAnswer } from './answers.ts';
import { invalid } from './refusal.ts';
import type { PlainValue } from './types.ts';
import type { SandboxPage, Workspace } from './workspace.ts';

// developers.notion.com/reference/filter-data-source-entries and /sort-data-source-entries, as far as tests need them. What
// is not known is refused: a filter without an effect would be misleading.

const LARGEST_PAGE_SIZE = 100;
const MOST_DEPTH = 2;
const compound = z.looseObject({ and: z.array(z.unknown()).optional(), or: z.array(z.unknown()).optional() });
const condition = z.looseObject({ property: z.string() });
const sortSchema = z.array(
  z.looseObject({
    property: z.string().optional(),
    timestamp: z.enum(['created_time', 'last_edited_time']).optional(),
    direction: z.enum(['ascending', 'descending']),
  }),
);

type Test = (value: PlainValue, wanted: unknown) => boolean;
const texts = (value: PlainValue): string[] => (Array.isArray(value) ? value : value === null ? [] : [String(value)]);
const isEmpty = (value: PlainValue) => value === null || value === '' || (Array.isArray(value) && value.length === 0);
const contains: Test = (value, wanted) =>
  texts(value).some((text) => text.toLowerCase().includes(String(wanted).toLowerCase()));
const TESTS: Readonly<Record<string, Test>> = {
  equals: (value, wanted) => value === wanted,
  does_not_equal: (value, wanted) => value !== wanted,
  contains,
  does_not_contain: (value, wanted) => !contains(value, wanted),
  starts_with: (value, wanted) => texts(value).some((text) => text.startsWith(String(wanted))),
  ends_with: (value, wanted) => texts(value).some((text) => text.endsWith(String(wanted))),
  is_empty: isEmpty,
  is_not_empty: (value) => !isEmpty(value),
  // Nothing is neither more nor less.
  greater_than: (value, wanted) => value !== null && Number(value) > Number(wanted),
  less_than: (value, wanted) => value !== null && Number(value) < Number(wanted),
};

const pagingSchema = z.looseObject({
  page_size: z.number().int().min(1).max(LARGEST_PAGE_SIZE).optional(),
  start_cursor: z.string().optional(),
});
export const querySchema = pagingSchema.extend({ filter: z.unknown().optional(), sorts: z.unknown().optional() });
export const searchSchema = pagingSchema.extend({
  query: z.string().optional(),
  filter: z.looseObject({ property: z.literal('object'), value: z.enum(['page', 'data_source']) }).optional(),
});

/** One part of a list, as both paged endpoints answer it. */
export function part(answers: Array<Record<string, unknown>>, paging: z.infer<typeof pagingSchema>): unknown {
  const { page_size = LARGEST_PAGE_SIZE, start_cursor } = paging;
  const start = start_cursor === undefined ? 0 : answers.findIndex(({ id }) => id === start_cursor);
  if (start === -1) throw invalid('The start_cursor provided is invalid.');
  const next = answers[start + page_size]?.id;
  return listAnswer(
    answers.slice(start, start + page_size),
    typeof next === 'string' ? next : null,
    'page_or_data_source',
  );
}

/** @throws NotionRefusal `validation_error` */
export function filterPages(
  workspace: Workspace,
  pages: readonly SandboxPage[],
  filter: unknown,
  sorts: unknown,
): SandboxPage[] {
  const fits = filter === undefined ? () => true : fitting(workspace, filter, 0);
  return sorted(workspace, pages.filter(fits), sorts === undefined ? [] : sortSchema.parse(sorts));
}

function fitting(workspace: Workspace, filter: unknown, depth: number): (page: SandboxPage) => boolean {
  const { and, or } = compound.parse(filter);
  const parts = (and ?? or)?.map((part) => fitting(workspace, part, depth + 1));
  if (parts && depth >= MOST_DEPTH) throw invalid('body.filter is nested too deeply.');
  if (parts) return (page) => (and ? parts.every((part) => part(page)) : parts.some((part) => part(page)));
  const { property, ...rest } = condition.parse(filter);
  const column = workspace.findColumn(property);
  if (!column) throw invalid(`Could not find property with name or id: ${property}`);
  const [type] = Object.keys(rest).filter((name) => name !== 'type');
  if (type !== column.type) throw invalid(`database property ${column.type} does not match filter ${type ?? ''}`);
  const [[name, wanted] = ['', undefined]] = Object.entries(z.record(z.string(), z.unknown()).parse(rest[type]));
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  if (!test) throw invalid(`The sandbox does not know the filter ${name}.`);
  return (page) => test(page.values.get(column.id) ?? null, wanted);
}

function sorted(workspace: Workspace, pages: SandboxPage[], sorts: z.infer<typeof sortSchema>): SandboxPage[] {
  const keyOf = (page: SandboxPage, { property, timestamp }: (typeof sorts)[number]): string => {
    if (timestamp) return new Date(timestamp === 'created_time' ? page.createdAtMs : page.editedAtMs).toISOString();
    const column = workspace.findColumn(property ?? '');
    if (!column) throw invalid(`Could not find sort property with name or id: ${property ?? ''}`);
    return String(page.values.get(column.id) ?? '');
  };
  return pages.toSorted((one, other) => {
    for (const sort of sorts) {
      const order = keyOf(one, sort).localeCompare(keyOf(other, sort), 'en', { numeric: true });
      if (order !== 0) return sort.direction === 'ascending' ? order : -order;
    }
    return 0;
  });
}
