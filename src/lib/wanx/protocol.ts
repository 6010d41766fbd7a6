import { z } from 'zod';
import type { WanxTask, WanxTaskStatus, WanxTaskSummary, WanxUsage } from './task.ts';

export { type ResolvedMedia, type WireRequest, wireRequest } from './request-body.ts';

// Tolerant by purpose: the fields differ by model and version, may be null, empty or missing, and new ones appear. A
// value of a wrong type in a field that is only informative must not lose a paid result, so those fall back to nothing.
const text = z.string().nullish().catch(null);
// Records keep amounts, and no record can keep one below zero.
const amount = z.coerce.number().nonnegative().finite().nullish().catch(null);

const taskAnswer = z.looseObject({
  output: z.looseObject({
    task_id: z.string().min(1),
    task_status: z.string(),
    video_url: text,
    orig_prompt: text,
    submit_time: text,
    code: text,
    message: text,
  }),
  usage: z.looseObject({}).nullish().catch(null),
  request_id: text,
});

const usageAnswer = z.looseObject({
  duration: amount,
  video_duration: amount,
  input_video_duration: amount,
  output_video_duration: amount,
  SR: z.union([z.string(), z.number()]).nullish().catch(null),
  ratio: text,
  size: text,
  video_ratio: text,
  fps: amount,
});

// Microseconds, say, would be a date whose year no record can hold.
const END_OF_CALENDAR_MS = Date.UTC(9999, 11, 31);
const epochMs = z.coerce.number().positive().max(END_OF_CALENDAR_MS).nullish().catch(null);
const listAnswer = z.looseObject({
  data: z.array(z.unknown()),
  total_page: amount,
});
const listRow = z.looseObject({
  task_id: z.string().min(1),
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

const STATUSES: readonly string[] = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'UNKNOWN'];

function isStatus(word: string): word is WanxTaskStatus {
  return STATUSES.includes(word);
}

/** A task whose `expiresAt` is still to be set, which needs a clock. */
export type ParsedTask = WanxTask & { submitTimeText?: string };

/** The task of a create or query answer; undefined when the body is not one. */
export function taskOf(body: unknown): ParsedTask | undefined {
  const result = taskAnswer.safeParse(body);
  if (!result.success) return undefined;
  const { output, usage, request_id: requestId } = result.data;
  const known = isStatus(output.task_status);
  return {
    taskId: output.task_id,
    // An unknown word must neither end the wait nor be taken for UNKNOWN, which means that the task is gone.
    status: isStatus(output.task_status) ? output.task_status : 'RUNNING',
    ...(!known && { unrecognisedStatus: output.task_status }),
    ...(output.video_url && { videoUrl: output.video_url }),
    ...(requestId && { requestId }),
    ...(output.orig_prompt && { prompt: output.orig_prompt }),
    ...(output.submit_time && { submitTimeText: output.submit_time }),
    ...(usage && { usage: usageOf(usage) }),
    ...(output.code && { code: output.code }),
    ...(output.message && { message: output.message }),
    raw: body,
  };
}

function usageOf(raw: Record<string, unknown>): WanxUsage {
  const usage = usageAnswer.parse(raw);
  // Sample answers carry `video_duration: 0` beside the real `duration`: a zero is "not filled in".
  const durationSeconds = usage.duration || usage.video_duration || usage.output_video_duration;
  const resolution = usage.SR === null || usage.SR === undefined ? '' : String(usage.SR).toUpperCase();
  const size = usage.size || (usage.video_ratio?.includes('*') ? usage.video_ratio : undefined);
  return {
    ...(durationSeconds && { durationSeconds }),
    ...(usage.input_video_duration && { inputSeconds: usage.input_video_duration }),
    ...(usage.output_video_duration && { outputSeconds: usage.output_video_duration }),
    ...(resolution !== '' && { resolution: /^\d+$/.test(resolution) ? `${resolution}P` : resolution }),
    ...(usage.ratio && { ratio: usage.ratio }),
    ...(size && { size }),
    ...(usage.fps && { framesPerSecond: usage.fps }),
    raw,
  };
}

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
    status: row.status && isStatus(row.status) ? row.status : 'RUNNING',
    ...(row.status && !isStatus(row.status) && { unrecognisedStatus: row.status }),
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
