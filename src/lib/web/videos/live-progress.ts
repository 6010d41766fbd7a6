import type { GenerateProgress } from '#lib/wanx/index.ts';
import { publicMessage } from '#lib/web/http/problem.ts';
import type { LiveProgress } from './view.ts';

/** The progress of a running job, as pages see it; undefined for the final event, which the record describes better. */
export function toLiveProgress(progress: GenerateProgress, nowMs: number): LiveProgress | undefined {
  const { stage } = progress;
  const at = new Date(nowMs).toISOString();
  switch (stage) {
    case 'ready':
    case 'failed':
      return undefined;
    case 'queued':
    case 'generating':
      return { stage, at, elapsedMs: progress.elapsedMs };
    case 'retrying': {
      const { code, waitMs } = progress;
      return { stage, at, waitMs, ...(code !== undefined && { reason: publicMessage(code) }) };
    }
    case 'uploading':
      return { stage, at, bytesReceived: progress.bytesSent, bytesTotal: progress.bytesTotal };
    case 'downloading': {
      const { bytesReceived, bytesTotal, bytesPerSecond, etaSeconds } = progress;
      return {
        ...{ stage, at, bytesReceived, bytesPerSecond },
        ...(bytesTotal !== undefined && { bytesTotal }),
        ...(etaSeconds !== undefined && { etaSeconds }),
      };
    }
    default:
      return { stage, at };
  }
}
