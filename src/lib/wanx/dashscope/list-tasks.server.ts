import { taskPageOf } from '#lib/wanx/answers/tasks.ts';
import { TASK_LIFE_MS } from '#lib/wanx/models/limits.ts';
import type { DashScopeApi } from './calls.server.ts';
import type { ListFilter } from './options.ts';
import type { WanxTaskSummary } from './task.ts';

export interface ListCall {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No account has so many pages; a server that always says "more" must not be read for ever. */
const MOST_PAGES = 10_000;

/**
 * Every task of the account in the window, over all pages and all its keys. The times that the service takes have no
 * stated zone, so a wider window is asked for and rows are chosen here by their epoch time.
 */
export async function* listedTasks(
  api: DashScopeApi,
  filter: ListFilter,
  call: ListCall,
): AsyncGenerator<WanxTaskSummary> {
  const nowMs = api.settings.clock.now();
  const startMs = filter.startTime?.getTime() ?? Number.NEGATIVE_INFINITY;
  const endMs = filter.endTime?.getTime() ?? Number.POSITIVE_INFINITY;
  const seen = new Set<string>();
  const spans = filter.startTime ? spansFor(startMs, Math.min(endMs, nowMs), nowMs) : [{}];
  for (const span of spans) {
    for await (const task of pagesOf(api, { ...filterQuery(filter), ...span }, filter.pageSize ?? 10, call)) {
      // New tasks shift the pages while they are read, and spans overlap: a row may come twice.
      if (seen.has(task.taskId)) continue;
      seen.add(task.taskId);
      const createdMs = task.createdAt?.getTime();
      if (createdMs === undefined || (createdMs >= startMs && createdMs <= endMs)) yield task;
    }
  }
}

function filterQuery(filter: ListFilter): Record<string, string> {
  return {
    ...(filter.model !== undefined && { model_name: filter.model }),
    ...(filter.status !== undefined && { status: filter.status }),
  };
}

/**
 * The windows to ask for. Without times the service takes the last 24 hours, in any time zone. For older windows every
 * zone from UTC-8 to UTC+9 is covered, in steps of the 24 hours that one request may span.
 */
export function spansFor(startMs: number, endMs: number, nowMs: number): Record<string, string>[] {
  // A minute for a clock of ours that is ahead: the edge is then still inside the service's own 24 hours.
  if (startMs >= nowMs - TASK_LIFE_MS - 60_000) return [{}];
  const spans: Record<string, string>[] = [];
  const untilMs = endMs + 9 * HOUR_MS;
  for (let fromMs = startMs - 8 * HOUR_MS; fromMs < untilMs; fromMs += DAY_MS) {
    spans.push({ start_time: compactTime(fromMs), end_time: compactTime(Math.min(fromMs + DAY_MS, untilMs)) });
  }
  return spans;
}

/** `YYYYMMDDhhmmss`. */
function compactTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
}

async function* pagesOf(
  api: DashScopeApi,
  query: Record<string, string>,
  pageSize: number,
  call: ListCall,
): AsyncGenerator<WanxTaskSummary> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const search = new URLSearchParams({ ...query, page_no: String(page), page_size: String(pageSize) });
    const answer = await api.read('list', { method: 'GET', path: `/tasks/?${search}`, ...call }, taskPageOf);
    yield* answer.tasks;
    // The service may cap the page size, so a short page ends the list only when no page count was given.
    const more = answer.totalPages === undefined ? answer.rows >= pageSize : page < answer.totalPages;
    if (!more || answer.rows === 0) return;
  }
}
