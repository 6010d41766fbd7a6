import { readSettings } from '#lib/config.ts';
import { buildEnhancedPrompt, type Era, getVideoMetadata, type Spot, type VideoMetadata } from '#lib/wanx/index.ts';
import { configuredModel } from './configured-model.ts';
import { hasPassedModeration } from './view.server.ts';

export interface PromptPreview {
  /** What an order without choices would send now. */
  prompt: string;
  /** False: moderation refused this video once, or may still do so. Only who may order is told it then. */
  isPublic: boolean;
}

/** @throws ReelError `config`, `store-corrupt` */
export function previewPrompt(spot: Spot, era: Era): PromptPreview {
  const prompt = buildEnhancedPrompt(spot, era, { model: configuredModel(readSettings()) });
  const record = getVideoMetadata(spot.id, era.id);
  return { prompt, isPublic: !record || hasPassed(prompt, record) || !isInDoubt(record) };
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
