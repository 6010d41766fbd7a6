import type { SandboxTask } from '#lib/sandbox/dashscope/world/task-book.server.ts';
import type { Span } from '#lib/sandbox/dashscope/world/task-timeline.ts';
import type { TaskStatus } from '#lib/sandbox/dashscope/world/world.server.ts';
import { type AnswerShape, answerShapeOf } from './answer-shapes.ts';

export interface TaskAnswerParts {
  task: SandboxTask;
  status: TaskStatus;
  span: Span;
  /** Signed afresh for every answer; absent unless SUCCEEDED. */
  videoUrl: string | undefined;
  zoneOffsetMinutes: number;
}

/** The body of `GET /tasks/{id}`. Which fields are there depends on the status and the model, as on the model pages. */
export function taskAnswer(requestId: string, parts: TaskAnswerParts): object {
  const { task, status, span, videoUrl, zoneOffsetMinutes } = parts;
  const base = { task_id: task.taskId, task_status: status };
  if (status === 'UNKNOWN') return { request_id: requestId, output: base };
  const time = (ms: number) => zonedTime(ms, zoneOffsetMinutes);
  const submitted = { ...base, submit_time: time(task.submittedAtMs) };
  if (status === 'PENDING' || status === 'CANCELED') return { request_id: requestId, output: submitted };
  const started = { ...submitted, scheduled_time: time(span.startsAtMs) };
  if (status === 'RUNNING' || status === 'SUSPENDED') return { request_id: requestId, output: started };
  const ended = { ...started, end_time: time(span.endsAtMs) };
  const shape = answerShapeOf(task.model);
  if (status === 'FAILED') {
    const failed = shape.failureHasTimes ? ended : base;
    return { request_id: requestId, output: { ...failed, ...failureOf(task) } };
  }
  const output = { ...ended, ...promptsOf(task, shape), ...linkOf(videoUrl, shape) };
  return { request_id: requestId, output, usage: shape.usage(task) };
}

function failureOf(task: SandboxTask): { code: string; message: string } {
  if (task.failure) return task.failure;
  if (task.outcome === 'moderation') {
    return { code: 'DataInspectionFailed', message: 'Output data may contain inappropriate content.' };
  }
  return { code: 'InternalError.Algo', message: 'An internal error has occured during algorithm execution.' };
}

function promptsOf({ prompt, promptExtend }: SandboxTask, { prompts }: AnswerShape): object {
  if (prompts === 'none') return {};
  const isExtended = prompts === 'extended' && promptExtend;
  return { orig_prompt: prompt, ...(isExtended && { actual_prompt: `${prompt} (rewritten by the sandbox)` }) };
}

function linkOf(url: string | undefined, { link }: AnswerShape): object {
  return link === 'results' ? { results: { video_url: url } } : { [link]: url };
}

/** `YYYY-MM-DD HH:mm:ss.SSS` in a zone that the answer does not name. */
export function zonedTime(ms: number, zoneOffsetMinutes: number): string {
  return new Date(ms + zoneOffsetMinutes * 60_000).toISOString().replace('T', ' ').replace('Z', '');
}
