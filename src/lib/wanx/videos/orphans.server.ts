import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import {
  type CaptureProgress,
  captureAsset,
  type FreshLink,
  type InspectedFile,
  inspectAsset,
} from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import type { Settings } from '#lib/config.ts';
import type { WanxTask } from '#lib/wanx/dashscope/task.ts';
import type { TaskService } from '#lib/wanx/dashscope/task-service.ts';
import { captureNetwork } from '#lib/wanx/run/capture-network.ts';
import type { RunSettings } from '#lib/wanx/run/settings.ts';

export interface OrphanOptions extends RunSettings {
  onProgress?: ((progress: CaptureProgress) => void) | undefined;
}

// No percent sign, so that an id is never mixed up with the file name that `orphanPath` makes of one.
const ID_PART = /^(?!\.{1,2}$)[\w.:~=+-]+$/;
/** What a file system takes for a name, less the suffixes of a part file. */
const LONGEST_NAME = 200;

/** Whether a person may call a task so, and a file can be named after it. */
export function isTaskId(text: unknown): boolean {
  if (typeof text !== 'string' || !text.split('/').every((part) => ID_PART.test(part))) return false;
  return encodeURIComponent(text).length <= LONGEST_NAME;
}

/** Folder for the videos of tasks without a record. */
export function orphanFolder(settings: Settings): string {
  return join(settings.videoDir, 'orphans');
}

/** Absolute path of the video of such a task: a file of that folder, for any task id. */
export function orphanPath(settings: Settings, taskId: string): string {
  // Only what `isTaskId` lets through is ever stored; other ids may still be looked up.
  const name = isTaskId(taskId) ? encodeURIComponent(taskId) : createHash('sha256').update(taskId).digest('hex');
  return join(orphanFolder(settings), `${name}.mp4`);
}

/** The captured video of such a task, if it is there and whole. */
export async function wholeOrphan(settings: Settings, taskId: string): Promise<InspectedFile | undefined> {
  try {
    const file = await inspectAsset(orphanPath(settings, taskId), mp4);
    return file.problem === undefined ? file : undefined;
  } catch (error) {
    if (isReelError(error) && error.code === 'not-found') return undefined;
    throw error;
  }
}

/**
 * Captures the video of a task without a record.
 * @throws ReelError `expired` when the provider no longer has it
 */
export async function captureOrphan(
  settings: Settings,
  client: TaskService,
  taskId: string,
  options: OrphanOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  const { signal, timeoutMs, maxBytes, clock, onProgress } = options;
  const task = await client.waitForTask(taskId, { signal, ...(timeoutMs !== undefined && { timeoutMs }) });
  const asset = { ...linkOf(task), refresh: async () => linkOf(await client.getTask(taskId, { signal })) };
  const captureOptions = { ...captureNetwork(settings, client, options), signal, maxBytes, clock, onProgress };
  return captureAsset(asset, orphanPath(settings, taskId), { ...captureOptions, format: mp4 });
}

function linkOf({ videoUrl, taskId, expiresAt }: WanxTask): FreshLink {
  if (videoUrl !== undefined) return { url: videoUrl, expiresAt };
  throw new ReelError('expired', `The link of task ${taskId} has expired and the provider has no new one.`, { taskId });
}
