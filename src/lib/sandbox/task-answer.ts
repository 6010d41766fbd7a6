import { familyOf } from './model-families.ts';
import type { SandboxTask } from './task-book.server.ts';
import type { Span } from './task-timeline.ts';
import type { TaskStatus } from './world.server.ts';

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
  if (status === 'FAILED') return { request_id: requestId, output: { ...ended, ...failureOf(task) } };
  const output = { ...ended, orig_prompt: task.prompt, ...actualPrompt(task), video_url: videoUrl };
  return { request_id: requestId, output, usage: usageOf(task) };
}

function failureOf(task: SandboxTask): { code: string; message: string } {
  if (task.failure) return task.failure;
  if (task.outcome === 'moderation') {
    return { code: 'DataInspectionFailed', message: 'Output data may contain inappropriate content.' };
  }
  return { code: 'InternalError.Algo', message: 'An internal error has occured during algorithm execution.' };
}

/** Only models up to 2.5 say what the prompt was rewritten to. */
function actualPrompt(task: SandboxTask): { actual_prompt?: string } {
  const tells = familyOf(task.model)?.usage === 'video_duration' && task.promptExtend;
  return tells ? { actual_prompt: `${task.prompt} (rewritten by the sandbox)` } : {};
}

/** What the task is charged by. The names differ from one model family to the next. */
function usageOf(task: SandboxTask): object {
  const { durationSeconds, ratio, tier, width, height } = task;
  const size = `${width}*${height}`;
  const newer = {
    duration: durationSeconds,
    input_video_duration: 0,
    output_video_duration: durationSeconds,
    SR: Number.parseInt(tier, 10),
    video_count: 1,
  };
  switch (familyOf(task.model)?.usage) {
    case '2.6':
      return { ...newer, size };
    case '2.7-text':
      return { ...newer, ratio };
    case '2.7':
      return newer;
    case '3.0':
      return { ...newer, ratio, fps: 30 };
    default:
      return { video_duration: durationSeconds, video_ratio: size, video_count: 1 };
  }
}

/** `YYYY-MM-DD HH:mm:ss.SSS` in a zone that the answer does not name. */
export function zonedTime(ms: number, zoneOffsetMinutes: number): string {
  return new Date(ms + zoneOffsetMinutes * 60_000).toISOString().replace('T', ' ').replace('Z', '');
}
