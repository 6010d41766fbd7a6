import { type ErrorCode, isReelError, messageOf } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';

/** Which video a result is about; missing where the caller gave none. */
export interface VideoIds {
  spotId: string | undefined;
  eraId: string | undefined;
}

export type GenerateResult =
  /** `note`: which part of the order was not followed, or what to do about a folder that is new. */
  | { success: true; localPath: string; metadata: VideoMetadata; note?: string }
  | ({ success: false; error: string; code: ErrorCode; retryable: boolean; taskId?: string } & Partial<VideoIds>);

export function toSuccess(metadata: VideoMetadata): GenerateResult {
  return { success: true, localPath: metadata.localPath ?? '', metadata };
}

/** The result for anything thrown; `ids` say which video it was about. */
export function toFailure(thrown: unknown, ids: Partial<VideoIds>): GenerateResult {
  const error = isReelError(thrown) ? thrown : undefined;
  return {
    success: false,
    error: redactText(messageOf(thrown)),
    code: error?.code ?? 'provider-failed',
    retryable: error?.retryable ?? false,
    ...(error?.taskId !== undefined && { taskId: error.taskId }),
    ...ids,
  };
}
