import { commandLine } from '#lib/base/command-line.ts';
import { ERROR_CODES, type ErrorCode } from '#lib/base/errors.ts';
import type { Settings } from '#lib/config.ts';
import {
  type CapturedFile,
  capturedFile,
  estimateCost,
  FILM_ELSEWHERE,
  filmFault,
  isUnfinished,
  keptVersions,
  LOCAL_SANDBOX,
  mayStillDeliver,
  nextTry,
  picturesShown,
  type Receipt,
  stateOf,
  undoableVersions,
  undoUntilMs,
  type VideoMetadata,
  versionsOf,
} from '#lib/wanx/index.ts';
import { publicMessage } from '#lib/web/http/problem.ts';
import { picturesView } from '#lib/web/pictures/pictures-view.ts';
import { sourceOf } from '#lib/web/playback/source.ts';
import type { VideoProblem, VideoState, VideoView } from './view.ts';
import type { ViewContext } from './view-context.ts';

/** One video as pages and the API see it; `record` undefined: never ordered. */
export function toVideoView(
  spotId: string,
  eraId: string,
  record: VideoMetadata | undefined,
  context: ViewContext,
): VideoView {
  const { settings, live } = context;
  const file = record && capturedFile(settings, record);
  const state = viewState(record, file, context);
  const view: VideoView = { key: `${spotId}/${eraId}`, spotId, eraId, state, estimateUsd: estimateNow(settings) };
  if (live) view.live = live;
  if (!record) return view;
  const film = filmOf(record);
  Object.assign(view, submissionFields(record), filmFields(film), fileFields(film, file));
  Object.assign(view, versionFields(record, context.nowMs));
  const problem = live ? undefined : problemOf(record, state, settings);
  if (problem) view.problem = { ...problem, ...(isPaidFor(record, problem, context.nowMs) && { isPaid: true }) };
  const lastTry = state === 'ready' ? lastTryOf(record) : undefined;
  if (lastTry) view.lastTry = lastTry;
  return view;
}

function viewState(
  record: VideoMetadata | undefined,
  file: CapturedFile | undefined,
  { live, nowMs }: ViewContext,
): VideoState {
  if (!record) return live ? 'generating' : 'none';
  if (live) return record.videoUrl !== undefined && isUnfinished(record) ? 'uncaptured' : 'generating';
  const state = stateOf(record);
  switch (state.kind) {
    case 'ready':
      return file ? 'ready' : 'failed';
    case 'canceled':
      return 'canceled';
    case 'in-flight':
    case 'unknown-outcome':
      if (state.hasFailed && needsPerson(record, state.code, nowMs)) return 'failed';
      return record.videoUrl === undefined ? 'generating' : 'uncaptured';
    case 'failed':
    case 'expired':
      return 'failed';
    case 'new':
      return isLeased(record, nowMs) ? 'generating' : 'none';
  }
}

function isLeased({ lease }: VideoMetadata, nowMs: number): boolean {
  return lease !== undefined && Date.parse(lease.expiresAt) > nowMs;
}

/** The last attempt failed, and only a person can continue. A result that can still be fetched is never shown as failed. */
function needsPerson(record: VideoMetadata, code: string | undefined, nowMs: number): boolean {
  if (code === 'unknown-outcome' || nextTry(record, nowMs) === 'over') return true;
  return code === 'config' && record.videoUrl === undefined;
}

/** The visible film is described by the submission that made it, even while a newer one is under way. */
function filmOf(record: VideoMetadata): VideoMetadata {
  const { previous } = record;
  // Unknown fields of this submission must not be filled from the newer one.
  return previous ? { ...record, submittedAt: undefined, ...previous, prompt: previous.prompt ?? '' } : record;
}

function submissionFields(record: VideoMetadata): Partial<VideoView> {
  const { submittedAt, expiresAt } = record;
  return {
    ...(submittedAt !== undefined && { submittedAt }),
    ...(isUnfinished(record) && expiresAt !== undefined && { expiresAt }),
  };
}

function versionFields(record: VideoMetadata, nowMs: number): Partial<VideoView> {
  if (!record.versions) return {};
  const versions = versionsOf(record);
  const formerVersions = keptVersions(versions).length;
  const [deleted] = undoableVersions(versions, nowMs);
  return {
    ...(formerVersions > 0 && { formerVersions }),
    ...(deleted && { undoUntil: new Date(undoUntilMs(deleted)).toISOString() }),
  };
}

function filmFields(film: VideoMetadata): Partial<VideoView> {
  const { submittedAt, completedAt, model, prompt, intent, receipt } = film;
  return {
    ...(submittedAt !== undefined && { orderedAt: submittedAt }),
    ...(completedAt !== undefined && { completedAt }),
    ...(model !== undefined && { model }),
    ...(prompt !== '' && hasPassedModeration(film) && { prompt }),
    ...(receipt && { costUsd: receipt.charged.usd }),
    ...(receipt && { differences: differencesOf(receipt) }),
    ...notesOf(film),
    ...(intent?.endpoint === LOCAL_SANDBOX && { sandbox: true }),
  };
}

function notesOf({ receipt, pictures }: VideoMetadata): Pick<VideoView, 'notes'> {
  const notes = [...(receipt?.notes ?? []), ...(pictures?.missing ? [NO_PICTURES] : [])];
  return notes.length > 0 ? { notes } : {};
}

/** Why, the record and the log say. */
const NO_PICTURES = `its poster or its preview could not be made: on the server, run ${commandLine('pictures')}`;

/** After a failure the receipt quotes the error, which may quote the provider. */
function differencesOf({ delivered, differences }: Receipt): string[] {
  return delivered ? differences : ['nothing was delivered'];
}

/** A prompt that may still be refused must not be public: publishing cannot be undone. */
export function hasPassedModeration(record: VideoMetadata): boolean {
  return stateOf(record).kind === 'ready' || (record.videoUrl !== undefined && !wasRejected(record));
}

function wasRejected({ errorCode }: VideoMetadata): boolean {
  return errorCode === 'rejected';
}

function fileFields(record: VideoMetadata, file: CapturedFile | undefined): Partial<VideoView> {
  if (!file) return {};
  const { sizeBytes, sha256 } = file;
  const { durationSeconds, width, height, hasAudio } = record.receipt?.delivered ?? {};
  const pictures = picturesView(picturesShown(record));
  return {
    src: sourceOf(file),
    ...(pictures && { pictures }),
    sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(hasAudio !== undefined && { hasAudio }),
  };
}

function problemOf(record: VideoMetadata, state: VideoState, settings: Settings): VideoProblem | undefined {
  if (stateOf(record).kind === 'ready') return state === 'failed' ? filmProblem(settings, record) : undefined;
  if (state === 'canceled') return openCancel(record);
  if (record.error === undefined) return undefined;
  const problem = problemWith(record.errorCode);
  return { ...problem, retryable: isUnfinished(record) || problem.retryable };
}

/** Buying the film again only helps if its file is missing. */
function filmProblem(settings: Settings, record: VideoMetadata): VideoProblem {
  const { code, message, kind } = filmFault(settings, record) ?? FILM_ELSEWHERE;
  return { code, message, retryable: kind === 'missing' || kind === 'other-size' };
}

/** A cancellation that the provider has not confirmed: the task, or the submission, may continue. */
function openCancel(record: VideoMetadata): VideoProblem | undefined {
  if (!mayStillDeliver(record)) return undefined;
  const message =
    record.videoUrl === undefined
      ? 'Cancelled; the provider may charge for it.'
      : 'Cancelled; it was made and paid for, but not saved.';
  return { code: 'aborted', message, retryable: true };
}

/** The newest submission, if it was to replace this finished film and failed. */
function lastTryOf({ history, intent }: VideoMetadata): VideoView['lastTry'] {
  const last = history?.at(-1);
  if (last?.note === undefined || last.outcome === 'canceled' || last.outcome === 'not-accepted') return undefined;
  if (intent === undefined || last.at <= intent.at) return undefined;
  return { at: last.at, problem: problemWith(last.errorCode) };
}

function problemWith(errorCode: string | undefined): VideoProblem {
  const code = codeOf(errorCode);
  if (code === 'rejected') {
    const message = `${publicMessage(code)} Nothing was charged. Change it, and order again.`;
    return { code, message, retryable: false };
  }
  return { code, message: publicMessage(code), retryable: code !== 'invalid-input' };
}

/** Whether ordering it again resumes a task that was bought and can still deliver. */
function isPaidFor(record: VideoMetadata, { retryable }: VideoProblem, nowMs: number): boolean {
  if (record.taskId === undefined) return false;
  if (stateOf(record).kind !== 'ready') return mayStillDeliver(record);
  // Anything else at the film's path must be removed first.
  return retryable && record.expiresAt !== undefined && Date.parse(record.expiresAt) > nowMs;
}

function codeOf(text: string | undefined): ErrorCode {
  return ERROR_CODES.find((code) => code === text) ?? 'provider-failed';
}

function estimateNow(settings: Settings): number | null {
  try {
    return estimateCost({ model: settings.wanxModel }).usd;
  } catch {
    // A model unknown to this version has no price.
    return null;
  }
}
