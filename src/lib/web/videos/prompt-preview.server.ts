import * as z from 'zod';
import { readSettings } from '#lib/config.ts';
import {
  buildEnhancedPrompt,
  type Era,
  findVideo,
  refusedPromptOf,
  type Spot,
  type VideoMetadata,
} from '#lib/wanx/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { configuredModel } from '#lib/web/server/configured-model.ts';
import { hasPassedModeration } from './to-view.server.ts';

export interface PromptPreview {
  /** What an order with default options would send now. */
  prompt: string;
  /** False: moderation has refused this video before, or may still do so. Then only visitors who may order see it. */
  isPublic: boolean;
}

/**
 * @param model the one to order; default: the configured one
 * @throws ReelError `invalid-input` for an unknown model, `config`, `store-corrupt`
 */
export async function previewPrompt(spot: Spot, era: Era, model?: string): Promise<PromptPreview> {
  const prompt = buildEnhancedPrompt(spot, era, { model: model ?? configuredModel(readSettings()) });
  const record = await findVideo(spot.id, era.id);
  return { prompt, isPublic: !record || hasPassed(prompt, record) || !isInDoubt(record) };
}

/**
 * The prompt that moderation refused when this video was last ordered, so that visitors who may order can reword it.
 * Undefined if the last order was not refused, or its prompt was not kept.
 * @throws ReelError `store-corrupt`
 */
export async function refusedPrompt(spot: Spot, era: Era): Promise<string | undefined> {
  const record = await findVideo(spot.id, era.id);
  return record && refusedPromptOf(record);
}

const querySchema = z.strictObject({
  model: z.string().min(1).max(64).optional(),
  refused: z.literal('1', 'must be 1 or omitted').optional(),
});

/** @throws ProblemError `invalid-input` */
export function readPromptQuery(query: URLSearchParams): z.infer<typeof querySchema> {
  const result = querySchema.safeParse(Object.fromEntries(query));
  if (result.success && query.size <= 1) return result.data;
  throw new ProblemError('invalid-input', 'The query is not valid. Use model=<name>, refused=1, or no query.');
}

/** Exactly this prompt made the visible film, next to which it is shown to everyone. */
function hasPassed(prompt: string, record: VideoMetadata): boolean {
  if (record.previous) return record.previous.prompt === prompt;
  return record.prompt === prompt && hasPassedModeration(record);
}

/** Moderation has refused what was sent for this video, or has not decided yet. */
function isInDoubt(record: VideoMetadata): boolean {
  const wasRefused = [record, ...(record.history ?? [])].some(({ errorCode }) => errorCode === 'rejected');
  return wasRefused || (record.intent !== undefined && !hasPassedModeration(record));
}
