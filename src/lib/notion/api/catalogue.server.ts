import type { Clock } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { dataSourceKey, type NotionRecord } from '#lib/notion/records/record.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import {
  type Column,
  columnsOfDataSource,
  onlyDataSourceOf,
  type PageFacts,
  type PropertyIds,
  pageFactsOf,
} from './columns.ts';

const PAGES_KEPT_MS = 10 * 60_000;
const COLUMNS_KEPT_MS = 5 * 60_000;
/** A process that runs for months must not keep every page that it has seen. */
const MOST_KEPT = 1000;

export interface Columns {
  /** Undefined for a page outside of any data source. */
  dataSourceId: string | undefined;
  columns: readonly Column[];
  readAtMs: number;
}

/** The requests that read; their failures are ReelErrors. */
export interface NotionReader {
  retrievePage(pageId: string): Promise<unknown>;
  retrieveDataSource(dataSourceId: string): Promise<unknown>;
  retrieveDatabase(databaseId: string): Promise<unknown>;
}

export interface CatalogueTools {
  connection: NotionReader;
  store: RecordStore<NotionRecord>;
  clock: Clock;
}

/** What pages and data sources look like, each read once for several updates. */
export class Catalogue {
  readonly #tools: CatalogueTools;
  readonly #pages = new Map<string, { facts: PageFacts; readAtMs: number }>();
  readonly #columns = new Map<string, Columns>();

  constructor(tools: CatalogueTools) {
    this.#tools = tools;
  }

  /**
   * @param afterMs what was not read after this time is read again: now reads it in any case
   * @throws ReelError as `NotionConnection`
   */
  async page(pageId: string, afterMs = 0): Promise<PageFacts> {
    const { connection, clock } = this.#tools;
    const known = this.#pages.get(pageId);
    if (known && known.readAtMs > Math.max(afterMs, clock.now() - PAGES_KEPT_MS)) return known.facts;
    this.#pages.delete(pageId);
    const facts = pageFactsOf(pageId, await connection.retrievePage(pageId));
    if (!facts) throw unreadable('page');
    keep(this.#pages, pageId, { facts, readAtMs: clock.now() });
    return facts;
  }

  /**
   * The properties that the page can have.
   * @param afterMs as for `page`
   * @throws ReelError as `NotionConnection`
   */
  async columnsOf(page: PageFacts, afterMs = 0): Promise<Columns> {
    const { clock } = this.#tools;
    const dataSourceId = page.dataSourceId ?? (await this.#onlyDataSource(page));
    const key = dataSourceId ?? page.pageId;
    const known = this.#columns.get(key);
    if (known && known.readAtMs > Math.max(afterMs, clock.now() - COLUMNS_KEPT_MS)) return known;
    const columns = (dataSourceId && (await this.#read(dataSourceId))) || page.columns;
    const read = { dataSourceId, columns, readAtMs: clock.now() };
    keep(this.#columns, key, read);
    return read;
  }

  /** By the names that the properties had when they were first needed. */
  async propertyIds(dataSourceId: string | undefined): Promise<PropertyIds> {
    if (dataSourceId === undefined) return {};
    const record = await this.#tools.store.get(dataSourceKey(dataSourceId));
    return record?.kind === 'data-source' ? record.propertyIds : {};
  }

  /** Keeps the ids beyond this process: a property may be renamed at any time. */
  async rememberIds(dataSourceId: string | undefined, known: PropertyIds, found: PropertyIds): Promise<void> {
    const isNew = Object.entries(found).some(([name, id]) => known[name] !== id);
    if (dataSourceId === undefined || !isNew) return;
    await this.#tools.store.update(dataSourceKey(dataSourceId), (current) => {
      const earlier = current?.kind === 'data-source' ? current : undefined;
      const propertyIds = { ...earlier?.propertyIds, ...found };
      return { ...earlier, kind: 'data-source', dataSourceId, propertyIds };
    });
  }

  /** In an answer of an older version of the API a page may name its database only. */
  async #onlyDataSource({ databaseId }: PageFacts): Promise<string | undefined> {
    if (databaseId === undefined) return undefined;
    return onlyDataSourceOf(await this.#unlessHidden(this.#tools.connection.retrieveDatabase(databaseId)));
  }

  async #read(dataSourceId: string): Promise<Column[] | undefined> {
    const answer = await this.#unlessHidden(this.#tools.connection.retrieveDataSource(dataSourceId));
    if (answer === undefined) return undefined;
    const columns = columnsOfDataSource(answer);
    if (!columns) throw unreadable('data source');
    return columns;
  }

  /** A page can be shared without its database; then what the page says of itself has to do. */
  async #unlessHidden(answer: Promise<unknown>): Promise<unknown> {
    try {
      return await answer;
    } catch (error) {
      if (isReelError(error) && (error.code === 'not-found' || error.code === 'rejected')) return undefined;
      throw error;
    }
  }
}

function unreadable(what: string): ReelError {
  return new ReelError('provider-failed', `Notion answered with something that is no ${what}.`, { retryable: true });
}

function keep<V>(cache: Map<string, V>, key: string, value: V): void {
  if (cache.size >= MOST_KEPT) cache.clear();
  cache.set(key, value);
}
