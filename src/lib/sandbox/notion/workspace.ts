import { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import { acceptValue, type SandboxColumn } from './property-values.ts';
import { invalid } from './refusal.ts';
import type { PlainValue } from './types.ts';

export interface SandboxPage {
  /** With hyphens. */
  id: string;
  /** By property id. */
  values: Map<string, PlainValue>;
  isInTrash: boolean;
  isShared: boolean;
  createdAtMs: number;
  editedAtMs: number;
}

const columnChange = z.looseObject({ name: z.string().optional() });
const optionNames = z.looseObject({ options: z.array(z.looseObject({ name: z.string() })).optional() });
const STATUS_OPTIONS = ['Not started', 'Queued', 'Downloading', 'Completed', 'Failed', 'Expired'];

/** The database of the sandbox, its columns and its pages. */
export class Workspace {
  readonly databaseId = uuid(0xda7a, 1);
  readonly dataSourceId = uuid(0xda7a, 2);
  columns: SandboxColumn[] = [];
  #pages = new Map<string, SandboxPage>();
  #made = 0;

  constructor() {
    this.reset();
  }

  /** The count of what was made stays: a forgotten page's id must not come back for another page. */
  reset(): void {
    this.#pages.clear();
    this.columns = [{ id: 'title', name: 'Name', type: 'title', options: [] }];
    this.setColumn('Status', 'status', STATUS_OPTIONS);
    this.setColumn('Video URL', 'url');
    this.setColumn('Thumbnail URL', 'url');
    this.setColumn('Error', 'rich_text');
  }

  createPage(nowMs: number): SandboxPage {
    this.#made += 1;
    const id = uuid(0x9a9e, this.#made);
    const page: SandboxPage = {
      ...{ id, isInTrash: false, isShared: true, createdAtMs: nowMs, editedAtMs: nowMs },
      values: new Map(),
    };
    this.#pages.set(plain(id), page);
    return page;
  }

  forget({ id }: SandboxPage): void {
    this.#pages.delete(plain(id));
  }

  /** By its id with or without hyphens. */
  find(pageId: string): SandboxPage | undefined {
    return this.#pages.get(plain(pageId));
  }

  /** @throws ReelError `not-found` */
  require(pageId: string): SandboxPage {
    const page = this.find(pageId);
    if (!page) throw new ReelError('not-found', `The sandbox has no page ${pageId}.`);
    return page;
  }

  get pages(): SandboxPage[] {
    return [...this.#pages.values()];
  }

  /** @throws ReelError `not-found` */
  column(name: string): SandboxColumn {
    const column = this.columns.find((one) => one.name === name);
    if (!column) throw new ReelError('not-found', `The sandbox has no property ${name}.`);
    return column;
  }

  /** A property keeps its id when its type changes. */
  setColumn(name: string, type: string, options: readonly string[] = []): void {
    const known = this.columns.find((one) => one.name === name);
    if (known) Object.assign(known, { type, options: [...options] });
    else this.columns.push({ id: this.#newPropertyId(), name, type, options: [...options] });
    if (known) for (const page of this.pages) page.values.delete(known.id);
  }

  removeColumn(name: string): void {
    const { id } = this.column(name);
    this.columns = this.columns.filter((one) => one.id !== id);
    for (const page of this.pages) page.values.delete(id);
  }

  /** As `PATCH /v1/data_sources/{id}`: null removes, a name renames, a type adds or changes. */
  changeColumns(changes: Record<string, unknown>): void {
    for (const [key, change] of Object.entries(changes)) {
      const column = this.findColumn(key);
      if (change === null && column) this.removeColumn(column.name);
      else if (change !== null) this.#changeColumn(key, column, columnChange.parse(change));
    }
  }

  #changeColumn(key: string, column: SandboxColumn | undefined, change: z.infer<typeof columnChange>): void {
    const { name, ...types } = change;
    const [type] = Object.keys(types);
    const options = optionNames.safeParse(type === undefined ? undefined : types[type]).data?.options ?? [];
    if (type !== undefined) {
      this.setColumn(
        column?.name ?? key,
        type,
        options.map((option) => option.name),
      );
    }
    if (name !== undefined && column) column.name = name;
  }

  /** By name or id. */
  findColumn(key: string): SandboxColumn | undefined {
    return this.columns.find((one) => one.name === key) ?? this.columns.find((one) => isId(one, key));
  }

  /** All properties or none. @throws NotionRefusal `validation_error` */
  write(page: SandboxPage, properties: Record<string, unknown>, nowMs: number): void {
    const accepted = Object.entries(properties).map(([key, value]) => {
      const column = this.findColumn(key);
      if (!column) throw invalid(`${key} is not a property that exists.`);
      return [column.id, acceptValue(column, value)] as const;
    });
    for (const [id, value] of accepted) page.values.set(id, value);
    page.editedAtMs = nowMs;
  }

  #newPropertyId(): string {
    this.#made += 1;
    // Real ids look like `%3AxYz`, and may hold any character.
    return encodeURIComponent(`:${this.#made.toString(36)}{\\`);
  }
}

function isId({ id }: SandboxColumn, key: string): boolean {
  return id === key || decodeURIComponent(id) === key;
}

function plain(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}

function uuid(kind: number, number: number): string {
  const tail = number.toString(16).padStart(12, '0');
  return `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${tail}`;
}
