import { type ErrorCode, isReelError, messageOf } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';

export type FalFailure = { success: false; error: string; code: ErrorCode; retryable: boolean; requestId?: string };

export function failureOf(thrown: unknown): FalFailure {
  const error = isReelError(thrown) ? thrown : undefined;
  return {
    success: false,
    error: redactText(messageOf(thrown)),
    code: error?.code ?? 'provider-failed',
    retryable: error?.retryable ?? false,
    ...(error?.taskId !== undefined && { requestId: error.taskId }),
  };
}
