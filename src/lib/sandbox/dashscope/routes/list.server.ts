import { z } from 'zod';
import { familyOf } from '#lib/sandbox/dashscope/families/model-families.ts';
import { invalidParameter } from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { SandboxTask } from '#lib/sandbox/dashscope/world/task-book.server.ts';
import { statusOf, type World } from '#lib/sandbox/dashscope/world/world.server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const STATUSES = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'UNKNOWN'] as const;
// The provider states no maximum for page_size.
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

const filterSchema = z.object({
  task_id: z.string().optional(),
  start_time: z
    .string()
    .regex(/^\d{14}$/)
    .optional(),
  end_time: z
    .string()
    .regex(/^\d{14}$/)
    .optional(),
  model_name: z.string().optional(),
  status: z.enum(STATUSES).optional(),
  page_no: count(1),
  page_size: count(10),
});
type Filter = z.infer<typeof filterSchema>;

/** `GET /tasks/`: newest first, without prompt and video_url, as the provider lists. */
export function listTasks(world: World, exchange: Exchange): void {
  const parsed = filterSchema.safeParse(Object.fromEntries(exchange.url.searchParams));
  const window = parsed.success ? timeWindow(world, parsed.data) : undefined;
  if (!parsed.success) exchange.refuse(invalidParameter(z.prettifyError(parsed.error)));
  else if (window === undefined)
    exchange.refuse(invalidParameter('The span exceeds 24 hours or ends before it starts.'));
  else sendPage(world, exchange, parsed.data, window);
}

function sendPage(world: World, exchange: Exchange, filter: Filter, window: TimeWindow): void {
  const tasks = world.book.tasks.filter((task) => matches(world, task, filter, window)).reverse();
  const first = (filter.page_no - 1) * filter.page_size;
  exchange.sendJson(200, {
    request_id: exchange.entry.requestId,
    data: tasks.slice(first, first + filter.page_size).map((task) => row(world, task)),
    page_no: filter.page_no,
    page_size: filter.page_size,
    total_page: Math.ceil(tasks.length / filter.page_size),
    total: tasks.length,
  });
}

interface TimeWindow {
  fromMs: number;
  untilMs: number;
}

/** One bound given: 24 h from it; none: the last 24 h. Undefined for a span that the provider refuses. */
function timeWindow(world: World, filter: Filter): TimeWindow | undefined {
  const start = parseTime(world, filter.start_time);
  const end = parseTime(world, filter.end_time);
  const untilMs = end ?? (start === undefined ? world.clock.now() : start + DAY_MS);
  const fromMs = start ?? untilMs - DAY_MS;
  const span = untilMs - fromMs;
  return span >= 0 && span <= DAY_MS ? { fromMs, untilMs } : undefined;
}

function parseTime(world: World, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(text) ?? [];
  const asUtcMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return asUtcMs - world.settings.zoneOffsetMinutes * 60_000;
}

function matches(world: World, task: SandboxTask, filter: Filter, window: TimeWindow): boolean {
  // What has expired is purged: the list does not know it any more either.
  const status = statusOf(world, task);
  if (status === 'UNKNOWN') return false;
  if (filter.task_id !== undefined && filter.task_id !== task.taskId) return false;
  if (filter.model_name !== undefined && filter.model_name !== task.model) return false;
  if (filter.status !== undefined && filter.status !== status) return false;
  return task.submittedAtMs >= window.fromMs && task.submittedAtMs <= window.untilMs;
}

/** With the fields as the provider has them: `caller_parent_id` is in some rows, `end_time` in those of ended tasks. */
function row(world: World, task: SandboxTask): object {
  const { startsAtMs, endsAtMs } = world.book.spanOf(task);
  const status = statusOf(world, task);
  const isEnded = status === 'SUCCEEDED' || status === 'FAILED';
  const isEven = Number.parseInt(task.taskId.slice(-1), 16) % 2 === 0;
  const path = `aigc:${familyOf(task.model)?.path ?? 'video-generation'}:video-synthesis`;
  return {
    task_id: task.taskId,
    status,
    model_name: task.model,
    region: 'cn-beijing',
    api_key_id: '1',
    caller_uid: '2',
    ...(isEven && { caller_parent_id: '2' }),
    gmt_create: task.submittedAtMs,
    ...(status !== 'PENDING' && status !== 'CANCELED' && { start_time: Math.round(startsAtMs) }),
    ...(isEnded && { end_time: Math.round(endsAtMs) }),
    request_id: task.requestId,
    user_api_unique_key: `apikey:v1:${path}:${task.model}`,
  };
}
