import type { Clock } from '#lib/base/clock.ts';
import type { HttpDispatcher } from '#lib/base/network/http-dispatcher.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { NotionRecord } from './records/record.ts';
import type { PropertyMap } from './values/property-types.ts';

export type { PropertyTarget, PropertyType } from './values/property-types.ts';

/** `null` and `''` clear the property; a Date is written in UTC. */
export type NotionValue = string | number | boolean | Date | null;

/** What to write to a page. A field that is left out, or undefined, leaves its property as it is. */
export interface NotionUpdate {
  /** Written as it is, unless `properties.status.options` maps it to the name of an option. */
  status?: string | null | undefined;
  videoUrl?: string | null | undefined;
  thumbnailUrl?: string | null | undefined;
  error?: string | null | undefined;
  /** A field of your own; `properties` says where it goes. */
  [ownField: string]: NotionValue | undefined;
}

export interface NotionOptions {
  /** Of an internal connection. Default `NOTION_TOKEN`; without a token nothing is kept or sent. */
  token?: string | undefined;
  /** With or without `/v1`. Default `NOTION_BASE_URL`, else Notion's own. */
  baseUrl?: string | undefined;
  /**
   * Where each field goes: the name of a property, or its target, or false to leave the field out. Default: `Status`,
   * `Video URL`, `Thumbnail URL` and `Error`.
   */
  properties?: PropertyMap | undefined;
  /** Is informed of every delivery and of what stands in its way. Errors of the listener are ignored. */
  onEvent?: ((event: NotionEvent) => void) | undefined;
  /** The most requests a second; Notion allows about 3 on average. Default 3. */
  requestsPerSecond?: number | undefined;
  /** For one request. Default 30 s. */
  requestTimeoutMs?: number | undefined;
  /** Default: `notion-updates` beside the records of the videos. */
  store?: RecordStore<NotionRecord> | undefined;
  proxy?: ProxySettings | undefined;
  /** Allows http to hosts other than this machine. Default `WANX_ALLOW_PRIVATE_NETWORK`. */
  allowPlainHttp?: boolean | undefined;
  /** Takes the place of our own connections, and of any proxy. */
  dispatcher?: HttpDispatcher | undefined;
  clock?: Clock | undefined;
}

/** One property that was not written, while the others of its page were. */
export interface PropertyProblem {
  /** Of the update: `videoUrl`. */
  field: string;
  /** The name that was looked for in Notion. */
  property: string;
  value: string | number | boolean | null;
  /** What is wrong, what there is instead, and what to do. */
  reason: string;
}

/** What a page still waits for. */
export interface NotionPageUpdate {
  pageId: string;
  /** Opens the page in Notion. */
  url: string;
  /** What will be written, by field. */
  waiting: Readonly<Record<string, string | number | boolean | null>>;
  problems: readonly PropertyProblem[];
  /** Why nothing is written to the page: it is in the trash, or not shared with the connection. */
  setAside: string | undefined;
  /** What the last attempt failed with; it is repeated. */
  lastFailure: string | undefined;
  /** Failed attempts in a row. */
  attempts: number;
  /** When it is tried next. */
  nextTryAt: Date;
}

export type NotionEvent =
  | { kind: 'delivered'; pageId: string; url: string; fields: readonly string[] }
  | { kind: 'waiting'; pageId: string; reason: string; nextTryAt: Date }
  /** Once for each new reason. */
  | { kind: 'property-problem'; pageId: string; url: string; problem: PropertyProblem }
  /** Once for each new reason. */
  | { kind: 'set-aside'; pageId: string; url: string; reason: string }
  /** The records cannot be read or written; tried again every few seconds, and reported once. */
  | { kind: 'store-failure'; error: Error };

/** Writes to Notion pages what becomes of their videos. Whatever Notion does, nothing else fails because of it. */
export interface NotionUpdates {
  /**
   * Resolves once the update is on record. It is delivered in the background, also after a restart; a newer value
   * replaces an older one of the same property that still waits.
   * @throws ReelError `invalid-input` for an empty page id or a value of a wrong type; `store-corrupt`, `busy` or
   *   `disk*` if it cannot be recorded
   */
  queueUpdate(pageId: string, update: NotionUpdate): Promise<void>;
  /**
   * Writes an error to the page: its kind, what happened, and details such as ids. Status and links stay as they are.
   * @throws ReelError as `queueUpdate`
   */
  logVideoError(
    pageId: string,
    kind: string,
    message: string,
    details?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Begins to deliver what is on record, as the first `queueUpdate` does. */
  start(): void;
  /** Resolves once everything that is due has been tried. */
  flush(options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** What waits, and what is set aside. @throws ReelError as `queueUpdate` */
  list(): Promise<NotionPageUpdate[]>;
  /**
   * Makes updates due at once, also those that are set aside: of one page, or of all.
   * @returns the number of pages
   */
  retry(pageId?: string): Promise<number>;
  /** Forgets what a page waits for. @returns whether there was anything */
  drop(pageId: string): Promise<boolean>;
  /**
   * What the option `onEvent` gets, from now on.
   * @returns what ends it
   */
  subscribe(listener: (event: NotionEvent) => void): () => void;
  /** Ends the delivery; the request under way may finish. What waits stays on record. */
  stop(): Promise<void>;
}
