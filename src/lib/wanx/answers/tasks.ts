import { z } from 'zod';
import type { WanxTaskSummary } from '#lib/wanx/dashscope/task.ts';
import { amount, identifier, text } from './fields.ts';
import { statusOf } from './status.ts';

// Microseconds, say, would be a date whose year no record can hold.
const END_OF_CALENDAR_MS = Date.UTC(9999, 11, 31);
const epochMs = z.coerce.number().positive().max(END_OF_CALENDAR_MS).nullish().catch(null);
const listAnswer = z.looseObject({
  data: z.array(z.unknown()),
  total_page: amount,
});
const listRow = z.looseObject({
  task_id: identifier,
  status: text,
  model_name: text,
  region: text,
  gmt_create: epochMs,
  start_time: epochMs,
  end_time: epochMs,
  request_id: text,
});

const errorAnswer = z.looseObject({ code: text, message: text, request_id: text });
const wrappedErrorAnswer = z.looseObject({
  error: z.looseObject({ code: text, type: text, message: text }),
  request_id: text,
});

export interface TaskPage {
  tasks: WanxTaskSummary[];
  /** Rows received, readable or not. */
  rows: number;
  totalPages: number | undefined;
}

/** One page of the task list; undefined when the body is not one. Rows without a task id are left out. */
export function taskPageOf(body: unknown): TaskPage | undefined {
  const result = listAnswer.safeParse(body);
  if (!result.success) return undefined;
  const tasks = result.data.data.flatMap((row) => {
    const parsed = listRow.safeParse(row);
    return parsed.success ? [summaryOf(parsed.data, row)] : [];
  });
  return { tasks, rows: result.data.data.length, totalPages: result.data.total_page ?? undefined };
}

function summaryOf(row: z.infer<typeof listRow>, raw: unknown): WanxTaskSummary {
  return {
    taskId: row.task_id,
    ...(row.status ? statusOf(row.status) : ({ status: 'RUNNING' } as const)),
    ...(row.model_name && { model: row.model_name }),
    ...(row.request_id && { requestId: row.request_id }),
    ...(row.region && { region: row.region }),
    ...(row.gmt_create && { createdAt: new Date(row.gmt_create) }),
    ...(row.start_time && { startedAt: new Date(row.start_time) }),
    ...(row.end_time && { endedAt: new Date(row.end_time) }),
    raw,
  };
}

export interface ProviderMessage {
  code?: string;
  message?: string;
  requestId?: string;
}

/** The error of a body: flat `{code, message}` or OpenAI's `{error: {…}}`, both seen on one host. Empty when neither. */
export function errorOf(body: unknown): ProviderMessage {
  const wrapped = wrappedErrorAnswer.safeParse(body);
  const flat = errorAnswer.safeParse(body);
  const requestId = flat.success ? flat.data.request_id : undefined;
  const source = wrapped.success ? wrapped.data.error : flat.success ? flat.data : {};
  const code = source.code || ('type' in source && typeof source.type === 'string' ? source.type : undefined);
  return {
    ...(code && { code }),
    ...(source.message && { message: source.message }),
    ...(requestId && { requestId }),
  };
}

const uploadPolicyAnswer = z.looseObject({
  data: z.looseObject({
    upload_host: z.url({ protocol: /^https?$/ }),
    upload_dir: z.string().min(1),
    policy: z.string().min(1),
    signature: z.string().min(1),
    oss_access_key_id: z.string().min(1),
    x_oss_object_acl: z.string(),
    x_oss_forbid_overwrite: z.union([z.string(), z.boolean()]).transform(String),
    max_file_size_mb: amount,
  }),
});
export type UploadPolicy = z.infer<typeof uploadPolicyAnswer>['data'];

export function uploadPolicyOf(body: unknown): UploadPolicy | undefined {
  const result = uploadPolicyAnswer.safeParse(body);
  return result.success ? result.data.data : undefined;
}
