import { redactLinksOf } from '#lib/base/redact.ts';
import {
  type DeadlineWarning,
  type GenerateOptions,
  type GenerateResult,
  generateAndStoreVideo,
  getAllVideoMetadata,
  isUnfinished,
  type VideoMetadata,
  videoKey,
} from '#lib/wanx/index.ts';
import type { Context } from './options/command.ts';
import { EXIT, type ExitCode, exitCodeOf } from './options/exit-codes.ts';
import type { Place } from './places.ts';
import { formatBytes, formatDeadline, formatDollars, formatDuration, formatSeconds } from './views/format.ts';
import { idsOf } from './views/output.ts';

export interface Outcome {
  key: string;
  result: GenerateResult;
  exitCode: ExitCode;
}

/** Makes one video, says how it went, and never rejects. */
export async function makeVideo(context: Context, place: Place, options: GenerateOptions): Promise<Outcome> {
  const { spot, era, key } = place;
  const result = await generateAndStoreVideo(spot, era, {
    ...options,
    signal: context.signal,
    onProgress: (progress) => context.output.progress(key, progress),
    onDeadline: (warning) => tellDeadline(context, warning),
  });
  return tellResult(context, key, result);
}

export function tellDeadline({ output }: Context, warning: DeadlineWarning): void {
  const { key, taskId, expiresAt, timeLeftMs } = warning;
  output.say(
    `${key}: the link dies in ${formatDuration(timeLeftMs)} and the video is not captured yet (task ${taskId})`,
  );
  output.event('deadline', { ...idsOf(key), taskId, expiresAt, timeLeftMs });
}

/** One line for how a video ended, and what its exit code is. */
export function tellResult(context: Context, key: string, result: GenerateResult): Outcome {
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
  const record = recordOf(key);
  const resumable = record !== undefined && isUnfinished(record);
  output.event('result', {
    ...ids,
    resumable,
    ...(record?.expiresAt && { expiresAt: record.expiresAt }),
    ...result,
  });
  const exitCode = context.isInterrupted() ? EXIT.interrupted : exitCodeOf(result.code, resumable);
  // What an interrupted command leaves behind is listed once, at its end.
  if (exitCode === EXIT.interrupted) output.done(key, `${key}: stopped`);
  else output.failed(key, `${key}: ${result.error}${wayBack(context, record, resumable)}`);
  return { key, result, exitCode };
}

function wayBack(context: Context, record: VideoMetadata | undefined, resumable: boolean): string {
  if (!resumable) return '';
  const deadline = formatDeadline(record?.expiresAt, Date.now());
  const task =
    record?.taskId === undefined ? '' : `\n  Task ${record.taskId}${deadline === undefined ? '' : `; ${deadline}`}.`;
  return `${task}\n  It is not lost: ${context.npmRun('resume')}`;
}

export function readyText(metadata: VideoMetadata): string {
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
  const price = charged.usd === null ? 'price not known' : `about ${formatDollars(charged.usd)}`;
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
    ...notes.map((note) => `  noted      ${note}`),
  ].join('\n');
}

/** The record without the engine's own fields and without the queries of links: a signed one is a secret. */
export function forReaders(metadata: VideoMetadata): Record<string, unknown> {
  const { lease: _lease, fence: _fence, intent: _intent, captured: _captured, previous, ...rest } = metadata;
  const { intent: _earlier, ...before } = previous ?? {};
  return redactLinksOf({ ...rest, ...(previous && { previous: before }) });
}

/** After Ctrl-C or a timeout: what the provider still works on, and the way back to it. */
export function tellStillRunning(context: Context, keys: ReadonlySet<string>): void {
  const left = unfinishedOf(keys);
  const { output } = context;
  output.closeView();
  output.event('interrupted', {
    // null: not known.
    stillRunning: left?.map(({ spotId, eraId, taskId, expiresAt }) => ({ spotId, eraId, taskId, expiresAt })) ?? null,
    resume: context.npmRun('resume'),
  });
  if (left === undefined) {
    output.say('Stopped. The records cannot be read, so nobody can tell what is left at the provider.');
    output.say(`Once they can be read again, to finish what is left: ${context.npmRun('resume')}`);
    return;
  }
  output.say(
    left.length === 0 ? 'Stopped. Nothing is left at the provider.' : 'Stopped. Still running at the provider:',
  );
  for (const { spotId, eraId, taskId, expiresAt } of left) {
    const deadline = formatDeadline(expiresAt, Date.now());
    const task = taskId === undefined ? 'the answer is not known yet' : `task ${taskId}`;
    output.say(`  ${videoKey(spotId, eraId)}  ${task}${deadline === undefined ? '' : `  (${deadline})`}`);
  }
  if (left.length > 0) output.say(`Nothing is lost. To finish: ${context.npmRun('resume')}`);
}

/** undefined: an unreadable store is what ended the work, and was reported. */
function unfinishedOf(keys: ReadonlySet<string>): VideoMetadata[] | undefined {
  try {
    return getAllVideoMetadata().filter((one) => keys.has(videoKey(one.spotId, one.eraId)) && isUnfinished(one));
  } catch {
    return undefined;
  }
}

export function recordOf(key: string): VideoMetadata | undefined {
  try {
    return getAllVideoMetadata().find((one) => videoKey(one.spotId, one.eraId) === key);
  } catch {
    return undefined;
  }
}
