import { formatBytes, formatDuration } from './format.ts';
import type { ShownProgress } from './progress-view.ts';

/** The progress of one video in a few words. `waitedMs` is the time since the event. */
export function stageText(progress: ShownProgress, waitedMs = 0): string {
  switch (progress.stage) {
    case 'prompt':
      return 'prompt written';
    case 'submitting':
      return 'submitting';
    case 'queued':
      if (progress.taskId === undefined)
        return `another process is working on it, ${formatDuration(progress.elapsedMs + waitedMs)}`;
      return `queued ${formatDuration(progress.elapsedMs + waitedMs)}`;
    case 'generating':
      return `generating ${formatDuration(progress.elapsedMs + waitedMs)}`;
    case 'waiting':
      return waitText(progress);
    case 'probing':
      return 'reading the page';
    case 'processing':
      return 'putting picture and sound together';
    case 'pictures':
      return 'making its pictures';
    case 'downloading':
      return downloadText(progress);
    case 'verifying':
      return `verifying ${formatBytes(progress.bytesReceived)}`;
    case 'uploading':
      return `uploading ${share(progress.bytesSent, progress.bytesTotal)}`;
    case 'writing':
      return `writing ${share(progress.bytesWritten, progress.bytesTotal)}`;
    case 'retrying':
      return `retrying in ${formatDuration(Math.max(0, progress.waitMs - waitedMs))}: ${progress.reason}`;
    case 'ready':
      return `ready ${formatBytes(progress.sizeBytes)}`;
    case 'failed':
      return `failed (${progress.code})`;
  }
}

function waitText(progress: ShownProgress & { stage: 'waiting' }): string {
  if (progress.for === 'other-process') return 'another process is working on it';
  const until = progress.until ? `, until ${progress.until.toLocaleTimeString()}` : '';
  return `${progress.site} wants to be left alone${until}`;
}

function downloadText(progress: ShownProgress & { stage: 'downloading' }): string {
  const { bytesReceived, bytesTotal, bytesPerSecond, etaSeconds } = progress;
  const amount = bytesTotal === undefined ? formatBytes(bytesReceived) : share(bytesReceived, bytesTotal);
  const speed = bytesPerSecond > 0 ? `, ${formatBytes(bytesPerSecond)}/s` : '';
  const left = etaSeconds !== undefined && etaSeconds >= 1 ? `, ${formatDuration(etaSeconds * 1000)} left` : '';
  return `downloading ${amount}${speed}${left}`;
}

function share(received: number, total: number): string {
  return `${formatBytes(received)} of ${formatBytes(total)}`;
}
