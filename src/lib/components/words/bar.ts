import type { VideoView } from '#lib/web/videos/view.ts';
import { elapsedMsOf } from './stage-words.ts';
import { clamp } from './timeline.ts';

/** The longest that a video usually takes: the full length of the time bar. */
const USUAL_MS = 5 * 60_000;

export interface Bar {
  /** `none`: nothing to measure; the bar is empty. */
  measure: 'bytes' | 'time' | 'none';
  percent: number;
  label: string;
}

/** What a job's bar shows: bytes once their total is known, and elapsed time until then. */
export function barOf(view: VideoView, nowMs: number): Bar {
  const { stage, bytesReceived = 0, bytesTotal } = view.live ?? {};
  if (stage === 'verifying') return { measure: 'bytes', percent: 100, label: 'Bytes saved' };
  if (stage === 'downloading' && bytesTotal) {
    return { measure: 'bytes', percent: percentOf(bytesReceived / bytesTotal), label: 'Bytes saved' };
  }
  if (stage === 'uploading' && bytesTotal) {
    return { measure: 'bytes', percent: percentOf(bytesReceived / bytesTotal), label: 'Bytes uploaded' };
  }
  // Already made: the time since the order says nothing about when it will be saved.
  if (view.state === 'uncaptured') return { measure: 'none', percent: 0, label: '' };
  const elapsedMs = elapsedMsOf(view, nowMs) ?? 0;
  return {
    measure: 'time',
    percent: percentOf(elapsedMs / USUAL_MS),
    label: 'Time elapsed, of the usual five minutes',
  };
}

function percentOf(share: number): number {
  return Math.round(clamp(share, 0, 1) * 100);
}
