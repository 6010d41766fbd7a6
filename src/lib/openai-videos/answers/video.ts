import { z } from 'zod';
import { type OpenAIVideoStatus, statusOf } from './status.ts';
import { timesOf } from './times.ts';

/** A video, or the job that makes it. Every field but the id and the status may be missing: servers differ widely. */
export interface OpenAIVideo {
  /** The one that was asked for; of a creation, the one that was answered. */
  id: string;
  /** Another id that the server answered. LiteLLM may encode it anew in every answer: only `id` works in requests. */
  answeredId?: string;
  status: OpenAIVideoStatus;
  /** The server's word for the status when it is none of ours; `status` is then `in_progress`. */
  unrecognisedStatus?: string;
  /** From 0 to 1. */
  progress?: number;
  createdAt?: Date;
  completedAt?: Date;
  /** Until when its content can be downloaded. */
  expiresAt?: Date;
  model?: string;
  prompt?: string;
  /** As `1280x720`. */
  size?: string;
  /** Length of the film. */
  seconds?: number;
  remixedFromVideoId?: string;
  /** Why it failed. */
  error?: { code?: string; message?: string };
  /** The whole answer, unchecked. */
  raw: unknown;
}

const text = z.string().nullish().catch(null);
/** A number is read as its very digits by `parseAnswer`; one that comes from elsewhere is taken as well. */
const identifier = z
  .union([z.string().min(1), z.number().transform(String)])
  .nullish()
  .catch(null);
const reason = z.looseObject({ code: text, type: text, message: text });

const videoAnswer = z.looseObject({
  id: identifier,
  status: text,
  progress: z.unknown().optional(),
  created_at: z.unknown().optional(),
  completed_at: z.unknown().optional(),
  expires_at: z.unknown().optional(),
  model: text,
  prompt: text,
  size: text,
  seconds: z.unknown().optional(),
  remixed_from_video_id: identifier,
  error: z.unknown().optional(),
});
type VideoAnswer = z.infer<typeof videoAnswer>;

/**
 * JSend's wrappers have a status, too: `{status: "error", message}` of a gateway must not end a paid job. What does has the
 * id of the job.
 */
const JSEND_SUCCESS = 'success';

/**
 * The video of an answer; undefined when the body is not one, such as an error that was answered with 200.
 * @param askedId the video that was asked for: its answer need not repeat the id
 */
export function videoOf(body: unknown, askedId?: string): OpenAIVideo | undefined {
  const result = videoAnswer.safeParse(body);
  if (!result.success) return undefined;
  const answer = result.data;
  const id = askedId ?? answer.id;
  const saysNothing = !answer.status && (!answer.id || (askedId !== undefined && Boolean(answer.error)));
  if (!id || saysNothing) return undefined;
  const progress = progressOf(answer.progress);
  const state = answer.status
    ? statusOf(answer.status)
    : ({ status: askedId === undefined ? 'queued' : 'in_progress' } as const);
  if (!answer.id && (state.status === 'failed' || answer.status === JSEND_SUCCESS)) return undefined;
  return {
    id,
    ...(answer.id && answer.id !== id && { answeredId: answer.id }),
    ...state,
    ...(progress !== undefined && { progress }),
    ...timesOf(answer),
    ...factsOf(answer),
    ...(state.status === 'failed' && { error: reasonOf(answer.error) }),
    raw: body,
  };
}

function factsOf({ model, prompt, size, remixed_from_video_id: origin, ...answer }: VideoAnswer) {
  const seconds = numberOf(answer.seconds, 's');
  return {
    ...(model && { model }),
    ...(prompt && { prompt }),
    ...(size && { size }),
    ...(seconds && { seconds }),
    ...(origin && { remixedFromVideoId: origin }),
  };
}

function reasonOf(error: unknown): { code?: string; message?: string } {
  if (typeof error === 'string' && error !== '') return { message: error };
  const { code, type, message } = reason.safeParse(error).data ?? {};
  const name = code || type;
  return { ...(name && { code: name }), ...(message && { message }) };
}

/** Whole per cent as documented; a fraction below 1 is one. */
function progressOf(value: unknown): number | undefined {
  const stated = numberOf(value, '%');
  if (stated === undefined) return undefined;
  return Number.isInteger(stated) || stated > 1 ? Math.min(1, stated / 100) : stated;
}

/** A number of 0 or more, also as text and with its unit. */
function numberOf(value: unknown, unit: string): number | undefined {
  const words = typeof value === 'string' ? value.trim().replace(new RegExp(`\\s*${unit}$`, 'i'), '') : value;
  const number = typeof words === 'number' || (typeof words === 'string' && words !== '') ? Number(words) : NaN;
  return number >= 0 && Number.isFinite(number) ? number : undefined;
}
