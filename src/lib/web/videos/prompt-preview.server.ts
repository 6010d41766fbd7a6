import * as z from 'zod';
import { readSettings } from '#lib/config.ts';
import {
  buildEnhancedPrompt,
  type Era,
  getVideoMetadata,
  refusedPromptOf,
  type Spot,
  type VideoMetadata,
} from '#lib/wanx/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { configuredModel } from '#lib/web/server/configured-model.ts';
import { hasPassedModeration } from './to-view.server.ts';

export interface PromptPreview {
  /** What an order without choices would send now. */
  prompt: string;
  /** False: moderation refused this video once, or may still do so. Only who may order is told it then. */
  isPublic: boolean;
}

/**
 * @param model the one that is to be ordered; default the one of the settings
 * @throws ReelError `invalid-input` for an unknown model, `config`, `store-corrupt`
 */
export function previewPrompt(spot: Spot, era: Era, model?: string): PromptPreview {
  const prompt = buildEnhancedPrompt(spot, era, { model: model ?? configuredModel(readSettings()) });
  const record = getVideoMetadata(spot.id, era.id);
  return { prompt, isPublic: !record || hasPassed(prompt, record) || !isInDoubt(record) };
}

/**
 * The text that moderation refused when this video was last ordered, for who may order: to be reworded. Undefined where the
 * last order was not refused, or its text was not kept.
 * @throws ReelError `store-corrupt`
 */
export function refusedPrompt(spot: Spot, era: Era): string | undefined {
  const record = getVideoMetadata(spot.id, era.id);
  return record && refusedPromptOf(record);
}

const querySchema = z.strictObject({
  model: z.string().min(1).max(64).optional(),
  refused: z.literal('1', 'must be 1 or left out').optional(),
});

/** @throws ProblemError `invalid-input` */
export function readPromptQuery(query: URLSearchParams): z.infer<typeof querySchema> {
  const result = querySchema.safeParse(Object.fromEntries(query));
  if (result.success && query.size <= 1) return result.data;
  throw new ProblemError('invalid-input', 'The query is not valid: it may be model=<name>, refused=1, or empty.');
}

/** The very text made the film that is to be seen: it stands beside it for everybody. */
function hasPassed(prompt: string, record: VideoMetadata): boolean {
  if (record.previous) return record.previous.prompt === prompt;
  return record.prompt === prompt && hasPassedModeration(record);
}

/** Moderation has looked at what was sent for this video and refused it, or has not said yet. */
function isInDoubt(record: VideoMetadata): boolean {
  const wasRefused = [record, ...(record.history ?? [])].some(({ errorCode }) => errorCode === 'rejected');
  return wasRefused || (record.intent !== undefined && !hasPassedModeration(record));
}
