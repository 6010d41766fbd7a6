import { commandLine } from '#lib/base/command-line.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import type { Catalogue } from '#lib/notion/api/catalogue.server.ts';
import type { PageFacts } from '#lib/notion/api/columns.ts';
import type { Attempt, PageRecord } from '#lib/notion/records/record.ts';
import { type Plan, type PlannedWrite, planWrites } from '#lib/notion/values/plan.ts';
import type { Targets } from '#lib/notion/values/targets.ts';

/** What a person is asked to put right must not have been read longer ago: they may just have done it. */
const FRESH_MS = 5000;

export interface DeliveryTools {
  /** Writes by property id; failures are ReelErrors. */
  connection: { updatePage(pageId: string, properties: Record<string, unknown>): Promise<unknown> };
  catalogue: Catalogue;
  targets: Targets;
  nowMs: () => number;
  /** Renews the lease. The record as it is now; undefined when it belongs to another process. */
  renew: () => Promise<PageRecord | undefined>;
}

/** What one attempt has achieved; `error` ended it, and may pass by itself. */
export type Outcome = Omit<Attempt, 'failure'> & { error?: ReelError };

interface Report {
  sent: Array<Attempt['sent'][number]>;
  problems: Array<Attempt['problems'][number]>;
  url?: string | undefined;
}

/** Writes to one page what it waits for. Never rejects. */
export async function deliverPage(record: PageRecord, tools: DeliveryTools): Promise<Outcome> {
  const report: Report = { sent: [], problems: [] };
  try {
    const setAside = await writePage(record, tools, report);
    return { ...report, ...(setAside !== undefined && { setAside }) };
  } catch (error) {
    const setAside = reasonToSetAside(error);
    if (setAside !== undefined) return { ...report, setAside };
    const known = isReelError(error) ? error : new ReelError('provider-failed', messageOf(error), { cause: error });
    return { ...report, error: known };
  }
}

/** Why the page has to wait for a person; undefined when it is done. */
async function writePage(record: PageRecord, tools: DeliveryTools, report: Report): Promise<string | undefined> {
  // A page that was set aside may have been put right a moment ago.
  const isRested = record.setAside !== undefined || Object.values(record.waiting).some(({ problem }) => problem);
  const page = await tools.catalogue.page(record.pageId, isRested ? tools.nowMs() : 0);
  report.url = page.url;
  if (page.isInTrash) return inTrash(page);
  const plan = await planFor(page, tools, isRested ? tools.nowMs() - FRESH_MS : 0);
  report.problems = [...plan.problems];
  if (plan.writes.length === 0) return undefined;
  try {
    await send(page, plan.writes, tools, report);
    return undefined;
  } catch (error) {
    if (!isReelError(error) || error.code !== 'invalid-input') throw error;
    return await writeOneByOne(page, tools, report);
  }
}

/** After a refusal of the whole: the page or its properties have changed, or a single value is refused. */
async function writeOneByOne({ pageId }: PageFacts, tools: DeliveryTools, report: Report): Promise<string | undefined> {
  const nowMs = tools.nowMs();
  const page = await tools.catalogue.page(pageId, nowMs);
  if (page.isInTrash) return inTrash(page);
  const plan = await planFor(page, tools, nowMs);
  report.problems = [...plan.problems];
  for (const write of plan.writes) {
    try {
      await send(page, [write], tools, report);
    } catch (error) {
      if (!isReelError(error) || error.code !== 'invalid-input') throw error;
      const { field, revision, property } = write;
      report.problems.push({ field, revision, property, reason: error.message });
    }
  }
  return undefined;
}

async function planFor(page: PageFacts, tools: DeliveryTools, afterMs: number): Promise<Plan> {
  const { catalogue, targets, nowMs } = tools;
  const { dataSourceId, columns, readAtMs } = await catalogue.columnsOf(page, afterMs);
  const propertyIds = await catalogue.propertyIds(dataSourceId);
  // Last: the requests before may have taken long, and newer values may have come.
  const current = await tools.renew();
  if (!current) throw takenOver();
  const plan = planWrites({ waiting: current.waiting, columns, propertyIds, targets });
  if (plan.problems.length > 0 && readAtMs < nowMs() - FRESH_MS) return planFor(page, tools, nowMs() - FRESH_MS);
  await catalogue.rememberIds(dataSourceId, propertyIds, plan.propertyIds);
  return plan;
}

async function send(
  { pageId }: PageFacts,
  writes: readonly PlannedWrite[],
  { connection, renew }: DeliveryTools,
  report: Report,
): Promise<void> {
  if (!(await renew())) throw takenOver();
  await connection.updatePage(pageId, Object.fromEntries(writes.map(({ propertyId, body }) => [propertyId, body])));
  report.sent.push(...writes.map(({ field, revision }) => ({ field, revision })));
}

function inTrash({ pageId }: PageFacts): string {
  const forget = commandLine('notion', `--drop ${pageId}`);
  return `The page is in the trash. Restore it in Notion, and its update is written; or forget the update: ${forget}`;
}

function reasonToSetAside(error: unknown): string | undefined {
  if (!isReelError(error)) return undefined;
  if (error.code === 'not-found') {
    return `Notion does not show the page to this connection. Add the connection to the page or its database in Notion, or correct the page id. ${error.message}`;
  }
  if (error.code === 'rejected') {
    return `The connection may not do this. Give it the capabilities to read and to update content. ${error.message}`;
  }
  return error.code === 'invalid-input' ? error.message : undefined;
}

function takenOver(): ReelError {
  return new ReelError('busy', 'Another process has taken over this page.');
}
