import { redactLinksOf } from '#lib/base/redact.ts';
import {
  type DeadlineWarning,
  type GenerateOptions,
  type GenerateResult,
  generateAndStoreVideo,
  isUnfinished,
  type VideoMetadata,
  videoKey,
  videosAsStored,
} from '#lib/wanx/index.ts';
import type { Context } from './options/command.ts';
import { EXIT, type ExitCode, exitCodeOf } from './options/exit-codes.ts';
import type { Place } from './places.ts';
import type { Unfinished } from './resume/resumable.ts';
import { formatBytes, formatDeadline, formatDollars, formatDuration, formatSeconds } from './views/format.ts';
import { idsOf } from './views/output.ts';

export interface Outcome {
  key: string;
  result: GenerateResult;
  exitCode: ExitCode;
}

/** Makes one video, prints the result, and never rejects. */
export async function makeVideo(context: Context, place: Place, options: GenerateOptions): Promise<Outcome> {
  const { spot, era, key } = place;
  const result = await generateAndStoreVideo(spot, era, {
    ...options,
    signal: context.signal,
    onProgress: (progress) => context.output.progress(key, progress),
    onDeadline: (warning) => showDeadline(context, warning),
  });
  return showResult(context, key, result);
}

/** @param ids as of `Output.progress` */
export function showDeadline({ output }: Context, warning: DeadlineWarning, ids: object = idsOf(warning.key)): void {
  const { key, taskId, expiresAt, timeLeftMs } = warning;
  output.say(
    `${key}: the link expires in ${formatDuration(timeLeftMs)} and the video is not captured yet (task ${taskId})`,
  );
  output.event('deadline', { ...ids, taskId, expiresAt, timeLeftMs });
}

/** Prints how a video ended in one line, and returns its exit code. */
export async function showResult(context: Context, key: string, result: GenerateResult): Promise<Outcome> {
  const { output } = context;
  const ids = idsOf(key);
  if (result.success) {
    const { metadata } = result;
    output.done(key, `${key}: ${readyText(metadata)}`);
    output.event('result', {
      ...ids,
      success: true,
      localPath: result.localPath,
      ...(result.note !== undefined && { note: result.note }),
      metadata: forReaders(metadata),
    });
    return { key, result, exitCode: EXIT.ok };
  }
  const record = await recordOf(key);
  const resumable = record !== undefined && isUnfinished(record);
  output.event('result', {
    ...ids,
    resumable,
    ...(record?.expiresAt && { expiresAt: record.expiresAt }),
    ...result,
  });
  const exitCode = context.isInterrupted() ? EXIT.interrupted : exitCodeOf(result.code, resumable);
  // Whatever an interrupted command leaves unfinished is listed once, at its end.
  if (exitCode === EXIT.interrupted) output.done(key, `${key}: stopped`);
  else output.failed(key, `${key}: ${result.error}${recoveryHint(context, record, result.taskId)}`);
  return { key, result, exitCode };
}

function recoveryHint(context: Context, record: VideoMetadata | undefined, taskId: string | undefined): string {
  if (!record) {
    const rescue = taskId && context.npmRun('rescue', `--task ${taskId}`);
    return rescue ? `\n  Task ${taskId} may be paid for. Once the records can be read, capture it with: ${rescue}` : '';
  }
  if (!isUnfinished(record)) return '';
  const deadline = formatDeadline(record.expiresAt, Date.now());
  const task =
    record.taskId === undefined ? '' : `\n  Task ${record.taskId}${deadline === undefined ? '' : `; ${deadline}`}.`;
  return `${task}\n  Nothing is lost. To finish it: ${context.npmRun('resume')}`;
}

export function readyText(metadata: Pick<VideoMetadata, 'sizeBytes' | 'receipt' | 'localPath'>): string {
  const { sizeBytes = 0, receipt, localPath = '' } = metadata;
  const delivered = receipt?.delivered;
  const picture = delivered?.width && delivered.height ? `${delivered.width}x${delivered.height}` : '';
  const facts = [formatBytes(sizeBytes), formatSeconds(delivered?.durationSeconds), picture].filter(
    (fact) => fact !== '',
  );
  return `ready, ${facts.join(', ')}, ${localPath}`;
}

/** What was asked, charged and delivered, for a person who paid. */
export function receiptText({ receipt, taskId }: VideoMetadata, isSandbox: boolean): string {
  if (!receipt) return '';
  const { asked, charged, delivered, differences, notes = [] } = receipt;
  const units = charged.units === undefined ? '' : `${formatSeconds(charged.units)}, `;
  const price = charged.usd === null ? 'price unknown' : `about ${formatDollars(charged.usd)}`;
  const words = Object.entries(asked).flatMap(([name, value]) => (typeof value === 'object' ? [] : `${name} ${value}`));
  const sound = delivered?.hasAudio === undefined ? '' : delivered.hasAudio ? ', with sound' : ', without sound';
  const size = delivered?.width === undefined ? '' : `, ${delivered.width}x${delivered.height}`;
  return [
    'Receipt',
    `  task       ${receipt.taskId ?? taskId ?? ''}`,
    `  asked      ${words.join(', ')}`,
    `  charged    ${isSandbox ? `nothing: sandbox (would be ${units}${price})` : `${units}${price}`}`,
    `  delivered  ${formatSeconds(delivered?.durationSeconds)}${size}${sound}, ${formatBytes(delivered?.sizeBytes ?? 0)}`,
    ...differences.map((difference) => `  differs    ${difference}`),
    ...notes.map((note) => `  note       ${note}`),
  ].join('\n');
}

type Inner = Pick<VideoMetadata, 'lease' | 'fence' | 'intent' | 'captured' | 'previous'>;

/** The record without the engine's own fields, and links without their queries: a signed link is a secret. */
export function forReaders(metadata: Inner): Record<string, unknown> {
  const { lease: _lease, fence: _fence, intent: _intent, captured: _captured, previous, ...rest } = metadata;
  const { intent: _earlier, ...before } = previous ?? {};
  return redactLinksOf({ ...rest, ...(previous && { previous: before }) });
}

/** After Ctrl-C or a timeout: lists what the provider is still working on, and how to resume it. */
export async function showStillRunning(context: Context, keys: ReadonlySet<string>): Promise<void> {
  const left = await unfinishedOf(keys);
  sayStillRunning(
    context,
    left?.map(({ spotId, eraId, taskId, expiresAt }) => {
      return { key: videoKey(spotId, eraId), ids: { spotId, eraId }, taskId, expiresAt };
    }),
  );
}

/** @param left undefined: the records cannot be read */
export function sayStillRunning(context: Context, left: readonly Unfinished[] | undefined): void {
  const { output } = context;
  output.closeView();
  output.event('interrupted', {
    // null: unknown.
    stillRunning: left?.map(({ ids, taskId, expiresAt }) => ({ ...ids, taskId, expiresAt })) ?? null,
    resume: context.npmRun('resume'),
  });
  if (left === undefined) {
    output.say('Stopped. The records cannot be read, so it is unknown what is still running at the provider.');
    output.say(`Once they can be read again, finish what is left with: ${context.npmRun('resume')}`);
    return;
  }
  output.say(
    left.length === 0 ? 'Stopped. Nothing is running at the provider.' : 'Stopped. Still running at the provider:',
  );
  sayUnfinished(context, left, 'no response to the submission yet');
  if (left.length > 0) output.say(`Nothing is lost. To finish: ${context.npmRun('resume')}`);
}

export function sayUnfinished({ output }: Context, unfinished: readonly Unfinished[], withoutTask: string): void {
  for (const { key, taskId, expiresAt } of unfinished) {
    const deadline = formatDeadline(expiresAt, Date.now());
    const task = taskId === undefined ? withoutTask : `task ${taskId}`;
    output.say(`  ${key}  ${task}${deadline === undefined ? '' : `  (${deadline})`}`);
  }
}

/** undefined: the store is unreadable; that ended the work and was reported. */
async function unfinishedOf(keys: ReadonlySet<string>): Promise<VideoMetadata[] | undefined> {
  try {
    return (await videosAsStored()).filter((one) => keys.has(videoKey(one.spotId, one.eraId)) && isUnfinished(one));
  } catch {
    return undefined;
  }
}

export async function recordOf(key: string): Promise<VideoMetadata | undefined> {
  try {
    return (await videosAsStored()).find((one) => videoKey(one.spotId, one.eraId) === key);
  } catch {
    return undefined;
  }
}
