import { z } from 'zod';
import type { Clock } from '#lib/base/clock.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { Admission, type AdmissionSettings, rateLimited } from './admission.ts';
import { BOT_ANSWER, DATABASE_TITLE, databaseAnswer, dataSourceAnswer, pageAnswer, propertyAnswer } from './answers.ts';
import { type NotionFault, NotionFaults } from './faults.ts';
import { filterPages, part, querySchema, searchSchema } from './query.ts';
import { invalid, NotionRefusal, notFound, USUAL } from './refusal.ts';
import type { NotionRequest, NotionWrite } from './types.ts';
import { type SandboxPage, Workspace } from './workspace.ts';

/** developers.notion.com/reference/request-limits */
const LARGEST_BODY_BYTES = 500 * 1024;
const MOST_LOG_LINES = 20_000;

export interface NotionSettings extends AdmissionSettings {
  clock: Clock;
  closing: AbortSignal;
}

/** The requests of Notion's API that Reelkeep and its tests need. */
export class NotionApi {
  readonly workspace = new Workspace();
  readonly faults = new NotionFaults();
  readonly requests: NotionRequest[] = [];
  readonly writes: NotionWrite[] = [];
  readonly #settings: NotionSettings;
  readonly #admission: Admission;

  constructor(settings: NotionSettings) {
    this.#settings = settings;
    this.#admission = new Admission(settings);
  }

  reset(): void {
    this.workspace.reset();
    this.faults.clear();
    this.#admission.reset();
    this.requests.length = 0;
    this.writes.length = 0;
  }

  /** @param path behind `/v1/` */
  async handle(exchange: Exchange, path: string): Promise<void> {
    const { method } = exchange.entry;
    const entry: NotionRequest = { atMs: this.#settings.clock.now(), method, path };
    if (this.requests.length >= MOST_LOG_LINES) this.requests.splice(0, MOST_LOG_LINES / 2);
    this.requests.push(entry);
    const fault = this.faults.take(method, path);
    if (fault) exchange.noteFaults([fault.fault]);
    if (fault?.fault === 'slow-answer' && !(await this.#pause(fault.delayMs ?? 2000))) return;
    if (fault?.fault === 'drop-answer') return exchange.cut();
    if (fault?.fault === 'refuse-502') {
      entry.status = 502;
      return exchange.send(502, { 'content-type': 'text/html' }, '<html><h1>502 Bad Gateway</h1></html>');
    }
    const { status, body, headers } = await this.#answer(exchange, path, fault);
    if (fault?.fault === 'lost-answer') return exchange.cut();
    entry.status = status;
    exchange.sendJson(status, body, { 'x-notion-request-id': exchange.entry.requestId, ...headers });
  }

  async #answer(
    exchange: Exchange,
    path: string,
    fault: NotionFault | undefined,
  ): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
    try {
      const nowMs = this.#settings.clock.now();
      this.#admission.admit(exchange.header('authorization'), exchange.header('notion-version'), nowMs);
      if (fault) refuseByScript(fault);
      return { status: 200, body: await this.#route(exchange, path) };
    } catch (error) {
      const refusal =
        error instanceof z.ZodError ? invalid(`body failed validation: ${z.prettifyError(error)}`) : error;
      if (!(refusal instanceof NotionRefusal)) throw error;
      const { status, code, message, additionalData, headers } = refusal;
      const body = { object: 'error', status, code, message, request_id: exchange.entry.requestId };
      return { status, body: { ...body, ...(additionalData && { additional_data: additionalData }) }, headers };
    }
  }

  async #route(exchange: Exchange, path: string): Promise<unknown> {
    const version = exchange.header('notion-version') ?? '';
    const [kind = '', id, rest, restId] = path.split('/').map(decodeSegment);
    const { workspace } = this;
    switch (
      `${exchange.entry.method} ${kind}${id === undefined ? '' : '/:id'}${rest === undefined ? '' : `/${rest}`}`
    ) {
      case 'GET pages/:id':
        return pageAnswer(workspace, this.#page(id), version, exchange.url.searchParams.getAll('filter_properties'));
      case 'GET pages/:id/properties':
        return this.#property(this.#page(id), restId);
      case 'PATCH pages/:id':
        return this.#update(await bodyOf(exchange), this.#page(id), version);
      case 'POST pages':
        return this.#create(await bodyOf(exchange), version);
      case 'GET data_sources/:id':
        return dataSourceAnswer(workspace, this.#known(id, workspace.dataSourceId, 'data_source', version));
      case 'PATCH data_sources/:id':
        this.#known(id, workspace.dataSourceId, 'data_source', version);
        workspace.changeColumns(updateSchema.parse(await bodyOf(exchange)).properties ?? {});
        return dataSourceAnswer(workspace, version);
      case 'POST data_sources/:id/query':
        this.#known(id, workspace.dataSourceId, 'data_source', version);
        return this.#query(await bodyOf(exchange), version);
      case 'GET databases/:id':
        return databaseAnswer(workspace, this.#known(id, workspace.databaseId, 'database', version));
      case 'POST search':
        return this.#search(await bodyOf(exchange), version);
      case 'GET users/:id':
        if (id === 'me') return BOT_ANSWER;
    }
    throw new NotionRefusal(400, 'invalid_request_url', 'Invalid request URL.');
  }

  #page(id = ''): SandboxPage {
    const page = this.workspace.find(id);
    if (!page?.isShared) throw notFound('page', id);
    return page;
  }

  /** @returns the version, so that the call can stand within another */
  #known(id: string | undefined, expected: string, what: string, version: string): string {
    const plain = (text = '') => text.replaceAll('-', '').toLowerCase();
    if (plain(id) !== plain(expected)) throw notFound(what, id ?? '');
    return version;
  }

  #property(page: SandboxPage, propertyId: string | undefined): unknown {
    const column = this.workspace.columns.find(({ id }) => id === propertyId || decodeURIComponent(id) === propertyId);
    if (!column) throw notFound('property', propertyId ?? '');
    return { object: 'property_item', ...propertyAnswer(column, page) };
  }

  #update(body: Record<string, unknown>, page: SandboxPage, version: string): unknown {
    const { properties, in_trash, archived } = updateSchema.parse(body);
    const inTrash = in_trash ?? archived;
    if (page.isInTrash && inTrash !== false) {
      throw invalid("Can't edit block that is archived. You must unarchive the block before editing.");
    }
    const nowMs = this.#settings.clock.now();
    if (properties) {
      this.workspace.write(page, properties, nowMs);
      this.writes.push({ atMs: nowMs, pageId: page.id, properties });
    }
    if (inTrash !== undefined) page.isInTrash = inTrash;
    return pageAnswer(this.workspace, page, version);
  }

  #create(body: Record<string, unknown>, version: string): unknown {
    const { parent, properties = {} } = createSchema.parse(body);
    const { data_source_id, database_id } = parent;
    if (data_source_id !== undefined) this.#known(data_source_id, this.workspace.dataSourceId, 'data_source', version);
    else this.#known(database_id, this.workspace.databaseId, 'database', version);
    const nowMs = this.#settings.clock.now();
    const page = this.workspace.createPage(nowMs);
    try {
      this.workspace.write(page, properties, nowMs);
    } catch (error) {
      this.workspace.forget(page);
      throw error;
    }
    return pageAnswer(this.workspace, page, version);
  }

  #query(body: Record<string, unknown>, version: string): unknown {
    const { filter, sorts, ...paging } = querySchema.parse(body);
    const pages = filterPages(this.workspace, this.#visiblePages(), filter, sorts);
    return part(
      pages.map((page) => pageAnswer(this.workspace, page, version)),
      paging,
    );
  }

  /** Pages and the data source, by the text of their titles. */
  #search(body: Record<string, unknown>, version: string): unknown {
    const { query = '', filter, ...paging } = searchSchema.parse(body);
    const { workspace } = this;
    const has = (title: unknown) =>
      String(title ?? '')
        .toLowerCase()
        .includes(query.toLowerCase());
    const pages = this.#visiblePages().filter(({ values }) => has(values.get('title')));
    const found = [
      ...(filter?.value === 'page' || !has(DATABASE_TITLE) ? [] : [dataSourceAnswer(workspace, version)]),
      ...(filter?.value === 'data_source' ? [] : pages.map((page) => pageAnswer(workspace, page, version))),
    ];
    return part(found, paging);
  }

  #visiblePages(): SandboxPage[] {
    return this.workspace.pages.filter(({ isInTrash, isShared }) => isShared && !isInTrash);
  }

  #pause(ms: number): Promise<boolean> {
    const { clock, closing } = this.#settings;
    return clock.wait(ms, closing).then(
      () => true,
      () => false,
    );
  }
}

const loose = z.record(z.string(), z.unknown());
const updateSchema = z.looseObject({
  properties: loose.optional(),
  in_trash: z.boolean().optional(),
  archived: z.boolean().optional(),
});
const createSchema = z.looseObject({
  parent: z.looseObject({ data_source_id: z.string().optional(), database_id: z.string().optional() }),
  properties: loose.optional(),
});
async function bodyOf(exchange: Exchange): Promise<Record<string, unknown>> {
  const bytes = await exchange.body();
  if (bytes.length > LARGEST_BODY_BYTES) throw invalid(`body.length should be ≤ ${LARGEST_BODY_BYTES} bytes.`);
  try {
    return loose.parse(bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new NotionRefusal(400, 'invalid_json', 'Error parsing JSON body.');
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function refuseByScript({ fault, message, retryAfterSeconds, reason }: NotionFault): void {
  const status = Number(/^refuse-(\d{3})$/.exec(fault)?.[1]);
  const usual = USUAL[status];
  if (!usual) return;
  if (status === 429) throw rateLimited(retryAfterSeconds, reason ?? 'public_api_request_rate_limit');
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  throw new NotionRefusal(status, usual.code, message ?? usual.message, { headers });
}
