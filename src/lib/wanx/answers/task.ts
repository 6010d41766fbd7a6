import { z } from 'zod';
import type { WanxTask, WanxUsage } from '#lib/wanx/dashscope/task.ts';
import { amount, identifier, text } from './fields.ts';
import { resultLink } from './result-link.ts';
import { statusOf } from './status.ts';

const taskAnswer = z.looseObject({
  output: z.looseObject({
    task_id: identifier.nullish().catch(null),
    task_status: text,
    results: z.unknown().optional(),
    orig_prompt: text,
    submit_time: text,
    code: text,
    message: text,
  }),
  usage: z.looseObject({}).nullish().catch(null),
  request_id: text,
  code: text,
  message: text,
});
type TaskAnswer = z.infer<typeof taskAnswer>;

const reason = z.object({ code: z.string().min(1), message: text });
/** Of the list of results, or of the single one that some models have. */
const failedResults = z.union([z.array(reason).min(1), reason.transform((one) => [one])]);
/** As OpenAI's API words it, and gateways that speak both. */
const wrappedReason = z.object({ error: z.object({ code: text, message: text }) });

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

/** A task whose `expiresAt` is still to be set, which needs a clock. */
export type ParsedTask = WanxTask & { submitTimeText?: string };

/**
 * The task of a create or query answer; undefined when the body is not one. An id alone is enough: it is what was paid
 * for.
 * @param askedId the task that was asked for: its answer need not repeat the id
 */
export function taskOf(body: unknown, askedId?: string): ParsedTask | undefined {
  const result = taskAnswer.safeParse(body);
  if (!result.success) return undefined;
  const { output, usage, request_id: requestId } = result.data;
  const videoUrl = resultLink(output);
  const says = output.task_id ?? output.task_status ?? videoUrl;
  const taskId = askedId ?? output.task_id;
  if (!says || !taskId) return undefined;
  const state = stateOf(output.task_status, videoUrl, askedId);
  return {
    taskId,
    ...state,
    ...(videoUrl && { videoUrl }),
    ...(requestId && { requestId }),
    ...(output.orig_prompt && { prompt: output.orig_prompt }),
    ...(output.submit_time && { submitTimeText: output.submit_time }),
    ...(usage && { usage: usageOf(usage) }),
    ...reasonOf(result.data, state.status),
    raw: body,
  };
}

/**
 * Without a word: a task that was just made waits, and any other is not known to be over. One with a link has succeeded,
 * unless a word that is known says otherwise: waited for, the link would be dead before the word is understood.
 */
function stateOf(word: string | null | undefined, videoUrl: string | undefined, askedId: string | undefined) {
  const said = typeof word === 'string' ? statusOf(word) : undefined;
  if (videoUrl !== undefined && (!said || said.unrecognisedStatus !== undefined)) {
    return { ...said, status: 'SUCCEEDED' } as const;
  }
  return said ?? ({ status: askedId === undefined ? 'PENDING' : 'RUNNING' } as const);
}

/** Why it failed: stated beside the status as a rule, else at the top of the body or in the results. */
function reasonOf(answer: TaskAnswer, status: WanxTask['status']): Pick<WanxTask, 'code' | 'message'> {
  const { output, code, message } = answer;
  const said = (reason: { code?: string | null | undefined; message?: string | null | undefined } = {}) => ({
    ...(reason.code && { code: reason.code }),
    ...(reason.message && { message: reason.message }),
  });
  if (status !== 'FAILED' || output.code) return said(output);
  const wrapped = (place: object) => said(wrappedReason.safeParse(place).data?.error);
  const failed = said(failedResults.safeParse(output.results).data?.[0]);
  return { ...wrapped(answer), ...said({ code, message }), ...wrapped(output), ...failed, ...said(output) };
}

function usageOf(raw: Record<string, unknown>): WanxUsage {
  const usage = usageAnswer.parse(raw);
  // Sample answers carry `video_duration: 0` beside the real `duration`: a zero is "not filled in".
  const durationSeconds = usage.duration || usage.video_duration || usage.output_video_duration;
  const resolution = usage.SR === null || usage.SR === undefined ? '' : String(usage.SR).toUpperCase();
  // For some models this is the word "standard" or "pro".
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
