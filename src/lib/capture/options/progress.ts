import type { ErrorCode } from '#lib/base/errors.ts';

/** Progress that a capture reports while it runs. */
export type CaptureProgress =
  | {
      stage: 'downloading';
      /** Bytes of the file that are here, resumed ones included. */
      bytesReceived: number;
      bytesTotal?: number;
      /** Over the last seconds of this download; resumed bytes do not count. */
      bytesPerSecond: number;
      etaSeconds?: number;
    }
  | { stage: 'verifying'; bytesReceived: number }
  | { stage: 'retrying'; attempt: number; waitMs: number; reason: string; code?: ErrorCode };

export type ProgressListener = (progress: CaptureProgress) => void;
