import { optionId, type SandboxColumn } from './property-values.ts';
import type { NotionPageView, PlainValue } from './types.ts';
import type { SandboxPage, Workspace } from './workspace.ts';

// Shapes: developers.notion.com/reference/page, /data-source, /database, version 2025-09-03 and 2026-03-11.

const BOT = { object: 'user', id: 'b0700000-0000-4000-8000-000000000001' };
const PLAIN_STYLE = {
  ...{ bold: false, italic: false, strikethrough: false, underline: false, code: false },
  color: 'default',
};

export const DATABASE_TITLE = 'Videos';
/** Versions before this one call the trash `archived` as well. */
const WITHOUT_ARCHIVED = '2026-03-11';

function trash(isInTrash: boolean, version: string): Record<string, boolean> {
  return version < WITHOUT_ARCHIVED ? { archived: isInTrash, in_trash: isInTrash } : { in_trash: isInTrash };
}

/** @param only ids of the properties to answer; all if there are none */
export function pageAnswer(
  workspace: Workspace,
  page: SandboxPage,
  version: string,
  only: readonly string[] = [],
): Record<string, unknown> {
  const columns = workspace.columns.filter(
    ({ id, name }) =>
      only.length === 0 || only.some((key) => key === id || key === name || key === decodeURIComponent(id)),
  );
  return {
    ...{ object: 'page', id: page.id },
    ...{ created_time: time(page.createdAtMs), last_edited_time: time(page.editedAtMs) },
    ...{ created_by: BOT, last_edited_by: BOT, cover: null, icon: null, is_locked: false },
    parent: {
      type: 'data_source_id',
      data_source_id: workspace.dataSourceId,
      database_id: workspace.databaseId,
    },
    ...trash(page.isInTrash, version),
    properties: Object.fromEntries(columns.map((column) => [column.name, propertyAnswer(column, page)])),
    ...{ url: urlOf(page.id), public_url: null },
  };
}

export function propertyAnswer(column: SandboxColumn, page: SandboxPage): Record<string, unknown> {
  const { id, type } = column;
  return { id, type, [type]: valueAnswer(column, page.values.get(id) ?? null) };
}

function valueAnswer(column: SandboxColumn, value: PlainValue): unknown {
  switch (column.type) {
    case 'title':
    case 'rich_text':
      return value === null || value === '' ? [] : [textAnswer(String(value))];
    case 'select':
    case 'status':
      return typeof value === 'string' ? optionAnswer(column, value) : null;
    case 'multi_select':
      return Array.isArray(value) ? value.map((name) => optionAnswer(column, name)) : [];
    case 'files':
      return Array.isArray(value) ? value.map((url) => ({ name: 'file', type: 'external', external: { url } })) : [];
    case 'checkbox':
      return value === true;
    case 'date':
      return typeof value === 'string' ? { start: value, end: null, time_zone: null } : null;
    default:
      return value;
  }
}

function textAnswer(content: string): Record<string, unknown> {
  return { type: 'text', text: { content, link: null }, annotations: PLAIN_STYLE, plain_text: content, href: null };
}

function optionAnswer(column: SandboxColumn, name: string): Record<string, unknown> {
  return { id: optionId(column, name), name, color: 'default' };
}

export function dataSourceAnswer(workspace: Workspace, version: string): Record<string, unknown> {
  return {
    ...{ object: 'data_source', id: workspace.dataSourceId },
    ...{ cover: null, icon: null, created_time: time(0), last_edited_time: time(0) },
    ...{ created_by: BOT, last_edited_by: BOT, is_inline: false },
    ...{ title: [textAnswer(DATABASE_TITLE)], description: [] },
    properties: Object.fromEntries(workspace.columns.map((column) => [column.name, columnAnswer(column)])),
    parent: { type: 'database_id', database_id: workspace.databaseId },
    database_parent: { type: 'workspace', workspace: true },
    ...{ url: urlOf(workspace.databaseId), public_url: null },
    ...trash(false, version),
  };
}

function columnAnswer(column: SandboxColumn): Record<string, unknown> {
  const { id, name, type } = column;
  return { id, name, description: null, type, [type]: configAnswer(column) };
}

function configAnswer(column: SandboxColumn): Record<string, unknown> {
  if (column.type === 'number') return { format: 'number' };
  if (!['select', 'multi_select', 'status'].includes(column.type)) return {};
  const options = column.options.map((name) => ({ ...optionAnswer(column, name), description: null }));
  if (column.type !== 'status') return { options };
  const ids = column.options.map((name) => optionId(column, name));
  return { options, groups: [{ id: `${column.id}-todo`, name: 'To-do', color: 'gray', option_ids: ids }] };
}

export function databaseAnswer(workspace: Workspace, version: string): Record<string, unknown> {
  return {
    ...{ object: 'database', id: workspace.databaseId },
    ...{ title: [textAnswer(DATABASE_TITLE)], description: [] },
    parent: { type: 'workspace', workspace: true },
    ...{ is_inline: false, is_locked: false, cover: null, icon: null },
    ...{ created_time: time(0), last_edited_time: time(0) },
    data_sources: [{ id: workspace.dataSourceId, name: DATABASE_TITLE }],
    ...{ url: urlOf(workspace.databaseId), public_url: null },
    ...trash(false, version),
  };
}

export function listAnswer(results: unknown[], nextCursor: string | null, type: string): Record<string, unknown> {
  return { object: 'list', results, next_cursor: nextCursor, has_more: nextCursor !== null, type, [type]: {} };
}

export const BOT_ANSWER = {
  ...BOT,
  ...{ name: 'Reelkeep sandbox', avatar_url: null, type: 'bot' },
  bot: { owner: { type: 'workspace', workspace: true }, workspace_name: 'Sandbox' },
};

/** For tests: what a person sees on the page. */
export function pageView(workspace: Workspace, page: SandboxPage): NotionPageView {
  const values = workspace.columns.map(({ id, name }) => [name, page.values.get(id) ?? null] as const);
  return { id: page.id, url: urlOf(page.id), isInTrash: page.isInTrash, values: Object.fromEntries(values) };
}

function urlOf(id: string): string {
  return `https://www.notion.so/${id.replaceAll('-', '')}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
