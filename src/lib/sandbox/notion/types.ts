import type { NotionFault } from './faults.ts';

/** A value of a page as a test wants to read it: text, name of an option, address of a file. */
export type PlainValue = string | number | boolean | string[] | null;

export interface NotionPageView {
  /** With hyphens. */
  id: string;
  url: string;
  isInTrash: boolean;
  /** By the name that each property has now. */
  values: Record<string, PlainValue>;
}

/** One successful change of a page. */
export interface NotionWrite {
  atMs: number;
  pageId: string;
  /** As they were sent: by name or id. */
  properties: Record<string, unknown>;
}

export interface NotionRequest {
  atMs: number;
  method: string;
  /** Behind `/v1/`. */
  path: string;
  /** Absent when the connection was cut before an answer. */
  status?: number;
}

/**
 * A workspace of Notion with one database, `Videos`, that has one data source and the properties `Name` (title), `Status`
 * (status: Not started, Queued, Downloading, Completed, Failed, Expired), `Video URL`, `Thumbnail URL` (url) and `Error`
 * (rich text). Pages are made by `createPage` or by the API.
 */
export interface NotionSandbox {
  /** What the official client takes as `baseUrl`. */
  readonly baseUrl: string;
  readonly token: string;
  readonly databaseId: string;
  readonly dataSourceId: string;
  /** @returns its id */
  createPage(title?: string): string;
  page(pageId: string): NotionPageView;
  pages(): NotionPageView[];
  setInTrash(pageId: string, isInTrash: boolean): void;
  /** A page that is not shared with the connection is not found. */
  setShared(pageId: string, isShared: boolean): void;
  /** As somebody does it in Notion: the id stays. */
  renameProperty(name: string, newName: string): void;
  removeProperty(name: string): void;
  /** Replaces a property of the same name: a new property, unless only its type changes. */
  setProperty(name: string, type: string, options?: readonly string[]): void;
  /** Every option that the property has now. */
  optionsOf(name: string): string[];
  requests(): NotionRequest[];
  writes(): NotionWrite[];
  /** Makes the next matching request fail. An unknown name or field throws `invalid-input` immediately. */
  script(fault: NotionFault): void;
}
