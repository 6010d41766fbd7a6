import { z } from 'zod';
import { type Billable, type ErrorCode, type ErrorStage, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { errorRule } from './error-rules.ts';

/** What was being done: decides what an error means for the money. */
export type ServiceAction = 'create' | 'retrieve' | 'list' | 'delete' | 'content' | 'job';

export interface ServiceProblem {
  action: ServiceAction;
  /** Missing when the error is inside a job that HTTP delivered well. */
  httpStatus?: number | undefined;
  code?: string | undefined;
  message?: string | undefined;
  requestId?: string | undefined;
  videoId?: string | undefined;
  retryAfterMs?: number | undefined;
}

const WHAT: Record<ServiceAction, string> = {
  create: 'The server refused to make the video',
  retrieve: 'The server could not show the video job',
  list: 'The server could not list its videos',
  delete: 'The server did not delete the video',
  content: 'The server did not send the content of the video',
  job: 'The server failed to make the video',
};
const STAGES: Record<ServiceAction, ErrorStage> = {
  create: 'submitting',
  retrieve: 'generating',
  list: 'submitting',
  delete: 'configuring',
  content: 'downloading',
  job: 'generating',
};
/** Whether a failed job is charged, each server decides for itself. */
const BILLABLE: Record<ServiceAction, Billable> = {
  create: 'no',
  retrieve: 'maybe',
  list: 'no',
  delete: 'no',
  content: 'maybe',
  job: 'maybe',
};

export const UNKNOWN_OUTCOME_ADVICE =
  'A video may be under way and charged: look for it in the list of videos before you create it again.';

/**
 * The ReelError for a failure that the server reported, at the HTTP level or inside a job. A creation that may have been
 * accepted all the same becomes `unknown-outcome`.
 */
export function serviceError(problem: ServiceProblem): ReelError {
  const { action, videoId: taskId, requestId, retryAfterMs } = problem;
  const rule = errorRule(problem);
  const lost = action === 'create' && !rule.surelyNotCreated;
  const what = lost ? 'The server failed while accepting the video' : WHAT[action];
  const code: ErrorCode = lost ? 'unknown-outcome' : rule.code;
  return new ReelError(code, `${what}${saidBy(problem)}. ${lost ? UNKNOWN_OUTCOME_ADVICE : rule.advice}`, {
    stage: STAGES[action],
    retryable: lost ? false : rule.retryable,
    billable: lost ? 'maybe' : BILLABLE[action],
    ...{ taskId, requestId, retryAfterMs },
  });
}

const SHOWN_MESSAGE = 300;

function saidBy({ code, httpStatus, message = '' }: ServiceProblem): string {
  const parts = [code, httpStatus === undefined ? undefined : `HTTP ${httpStatus}`];
  const label = redactText(parts.filter((part) => part !== undefined).join(', ')).slice(0, 120);
  const words = redactText(message.replaceAll(/\s+/g, ' ').trim()).slice(0, SHOWN_MESSAGE);
  const quoted = words === '' ? '' : `: “${words.replace(/[.\s]+$/, '')}”`;
  return `${label === '' ? '' : ` (${label})`}${quoted}`;
}

const text = z.string().nullish().catch(null);
const word = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);
const plainError = z.looseObject({ code: word, type: text, message: text, param: text });
const errorAnswer = z.looseObject({ error: z.unknown().optional(), detail: z.unknown().optional() });
const fault = z.looseObject({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: z.string() });

/**
 * What an error body says. OpenAI's `{error: {code, type, message}}`; `{error: "…"}`; the same fields without `error`;
 * FastAPI's `{detail: "…"}` and `{detail: [{loc, msg}]}`, of vLLM-Omni and SGLang. Empty when it is none of them.
 */
export function errorOf(body: unknown): { code?: string; message?: string } {
  const { error, detail } = errorAnswer.safeParse(body).data ?? {};
  const stated = error ?? detail ?? body;
  if (typeof stated === 'string') return stated === body ? {} : { message: stated };
  if (Array.isArray(stated)) return messagesOf(stated);
  const found = plainError.safeParse(stated).data;
  const code = found?.code || found?.type;
  return { ...(code && { code }), ...(found?.message && { message: found.message }) };
}

function messagesOf(faults: readonly unknown[]): { message?: string } {
  const messages = faults.flatMap((one) => {
    const { data } = fault.safeParse(one);
    return data ? [[data.loc.filter((part) => part !== 'body').join('.'), data.msg].filter(Boolean).join(': ')] : [];
  });
  return messages.length === 0 ? {} : { message: messages.join('; ') };
}

const statusCode = z.int().optional().catch(undefined);
const codedAnswer = z.looseObject({ status: statusCode, status_code: statusCode, code: statusCode });

/** The status that a gateway put into the body of an answer with HTTP 200. */
export function statusInBody(body: unknown): number | undefined {
  const { status, status_code: other, code } = codedAnswer.safeParse(body).data ?? {};
  return [status, other, code].find((one) => one !== undefined && one >= 400 && one < 600);
}
