import type { LiveProgress, VideoProblem, VideoState, VideoView } from '#lib/web/videos/view.ts';
import { deadlineOf } from './deadline-text.ts';
import { formatBytes, formatDate, formatDollars, formatDuration, formatMoment, formatShare } from './format.ts';

/** The state of a video in one sentence. `nowMs` is the server's time. */
export function sentenceOf(view: VideoView, nowMs: number): string {
  if (view.live && isUnderWay(view.state)) return liveSentence(view.live, nowMs);
  const setback = setbackOf(view);
  if (setback) return `Retrying automatically: ${setback}`;
  switch (view.state) {
    case 'none':
      return view.undoUntil === undefined
        ? 'Not made yet.'
        : `Deleted. That can be undone until ${formatMoment(view.undoUntil)}.`;
    case 'generating':
      return waitingSentence(view, nowMs);
    case 'uncaptured':
      return uncapturedSentence(view, nowMs);
    case 'ready':
      return readySentence(view);
    case 'failed':
      return failureText(view) ?? 'It failed, and no reason was given.';
    case 'canceled':
      return canceledSentence(view);
  }
}

/** Why a video that is under way is not progressing at the moment; it is retried automatically. */
export function setbackOf(view: VideoView): string | undefined {
  return isUnderWay(view.state) && !view.live ? failureText(view) : undefined;
}

/** What is wrong with a video, and what that cost. */
export function failureText(view: VideoView): string | undefined {
  const { problem } = view;
  return problem && `${problem.message} ${costWords(problem, view)}`.trim();
}

function costWords({ code, isPaid }: VideoProblem, { costUsd, completedAt }: VideoView): string {
  if (isPaid) return 'It is paid for: trying again costs nothing.';
  if (code === 'unknown-outcome') return 'It may have been charged.';
  // With an existing film, the cost is that of the film; the text of a refusal already says that nothing was charged.
  if (completedAt !== undefined || code === 'rejected' || costUsd == null) return '';
  return costUsd === 0 ? 'Nothing was charged.' : `It still cost ${formatDollars(costUsd)}.`;
}

/** The state of an order that is to replace a playable film; undefined if there is none to report. */
export function replacementStatus(view: VideoView, nowMs: number): string | undefined {
  const { src, state, lastTry } = view;
  if (src === undefined) return undefined;
  if (isUnderWay(state)) return `A newer film is under way. ${sentenceOf(view, nowMs)}`;
  if (state === 'failed') return `A newer film failed. ${sentenceOf(view, nowMs)}`;
  if (state === 'canceled') return sentenceOf(view, nowMs);
  if (!lastTry) return undefined;
  return `A newer film, ordered ${formatMoment(lastTry.at)}, failed: ${lastTry.problem.message}`;
}

export function isUnderWay(state: VideoState): boolean {
  return state === 'generating' || state === 'uncaptured';
}

/** Time since the event, so that a clock on the page keeps running between two events. */
function sinceMs(live: LiveProgress, nowMs: number): number {
  return Math.max(0, nowMs - Date.parse(live.at));
}

/** How long it has been running; undefined if the server did not say. */
export function elapsedMsOf({ live, submittedAt }: VideoView, nowMs: number): number | undefined {
  if (live?.elapsedMs !== undefined) return live.elapsedMs + sinceMs(live, nowMs);
  return submittedAt === undefined ? undefined : Math.max(0, nowMs - Date.parse(submittedAt));
}

function liveSentence(live: LiveProgress, nowMs: number): string {
  const soFar = live.elapsedMs === undefined ? '' : `, ${formatDuration(live.elapsedMs + sinceMs(live, nowMs))} so far`;
  switch (live.stage) {
    case 'prompt':
    case 'submitting':
      return 'Sending the order';
    case 'queued':
      return `Waiting in the queue${soFar}`;
    case 'generating':
      return `Generating${soFar}, usually 1 to 5 minutes`;
    case 'downloading':
      return savingSentence(live);
    case 'verifying':
      return 'Checking the file';
    case 'uploading':
      return `Uploading ${formatShare(live.bytesReceived ?? 0, live.bytesTotal ?? 0)}`;
    case 'retrying':
      return retrySentence(live, nowMs);
  }
}

function savingSentence({ bytesReceived = 0, bytesTotal, bytesPerSecond, etaSeconds }: LiveProgress): string {
  const amount = bytesTotal === undefined ? formatBytes(bytesReceived) : formatShare(bytesReceived, bytesTotal);
  const speed = bytesPerSecond ? `, ${formatBytes(bytesPerSecond)}/s` : '';
  const left = etaSeconds !== undefined && etaSeconds >= 1 ? `, ${formatDuration(etaSeconds * 1000)} left` : '';
  return `Saving ${amount}${speed}${left}`;
}

function retrySentence(live: LiveProgress, nowMs: number): string {
  const leftMs = (live.waitMs ?? 0) - sinceMs(live, nowMs);
  const when = leftMs >= 1000 ? `Retrying in ${formatDuration(leftMs)}` : 'Retrying now';
  return live.reason === undefined ? when : `${when}: ${live.reason}`;
}

function waitingSentence(view: VideoView, nowMs: number): string {
  const elapsedMs = elapsedMsOf(view, nowMs);
  return elapsedMs === undefined ? 'Ordered' : `Ordered ${formatDuration(elapsedMs)} ago`;
}

function uncapturedSentence(view: VideoView, nowMs: number): string {
  const isOver = deadlineOf(view, nowMs)?.urgency === 'over';
  return isOver ? 'Made and paid for, but the link expired before it was saved.' : 'Made and paid for, not saved yet.';
}

/** Without a problem it cost nothing: the provider stopped it in time. */
function canceledSentence({ src, problem }: VideoView): string {
  if (src === undefined) return problem?.message ?? 'Cancelled. Nothing was saved.';
  return problem === undefined
    ? 'The newer film was cancelled. This one is kept.'
    : `${problem.message} That was a newer film; this one is kept.`;
}

function readySentence(view: VideoView): string {
  const made = view.completedAt === undefined ? 'Made' : `Made ${formatDate(view.completedAt)}`;
  if (view.sandbox) return `${made}, a free test clip`;
  return view.costUsd === undefined ? made : `${made}, ${formatDollars(view.costUsd)}`;
}

const STATE_NAMES: Record<VideoState, string> = {
  none: 'not made yet',
  generating: 'being made',
  uncaptured: 'made, not saved yet',
  ready: 'ready',
  failed: 'failed',
  canceled: 'cancelled',
};

/** The state in two or three words, for a label or a screen reader. */
export function stateName(state: VideoState): string {
  return STATE_NAMES[state];
}

const STAGE_NAMES: Record<LiveProgress['stage'], string> = {
  prompt: 'ordering',
  submitting: 'ordering',
  queued: 'in the queue',
  generating: 'generating',
  downloading: 'saving',
  verifying: 'checking the file',
  uploading: 'uploading',
  retrying: 'retrying',
};

/** For screen readers: changes only with the stage, not with every byte. */
export function stageName(view: VideoView): string {
  if (view.live && isUnderWay(view.state)) return STAGE_NAMES[view.live.stage];
  return setbackOf(view) === undefined ? stateName(view.state) : 'waiting to retry';
}

/** Half of all videos are ready after about this time. */
const HALF_WAY_MS = 90_000;
const GENERATING_SHARE = 0.8;

/**
 * How full the ring is, 0 to 1. While the provider works there is nothing to measure, so it slows down and never gets full;
 * bytes fill the rest.
 */
export function fractionDone(view: VideoView, nowMs: number): number {
  if (view.state === 'ready') return 1;
  if (!isUnderWay(view.state)) return 0;
  const { stage, bytesReceived = 0, bytesTotal } = view.live ?? {};
  if (stage === 'verifying' || stage === 'uploading') return 1;
  if (stage === 'downloading')
    return GENERATING_SHARE + (1 - GENERATING_SHARE) * (bytesTotal ? bytesReceived / bytesTotal : 0);
  if (view.state === 'uncaptured') return GENERATING_SHARE;
  const elapsedMs = elapsedMsOf(view, nowMs) ?? 0;
  return GENERATING_SHARE * (1 - 2 ** (-elapsedMs / HALF_WAY_MS));
}
