import { join } from 'node:path';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import {
  type CaptureProgress,
  captureAsset,
  type InspectedVideo,
  inspectVideoFile,
} from '#lib/capture/capture.server.ts';
import type { Settings } from '#lib/config.ts';
import type { WanxTask } from './task.ts';
import { clientFor, type RunSettings } from './video-storage.ts';

export interface OrphanOptions extends RunSettings {
  onProgress?: ((progress: CaptureProgress) => void) | undefined;
}

/** What can be the name of a file and part of a request's path. */
export function isTaskId(text: unknown): boolean {
  return typeof text === 'string' && /^[A-Za-z0-9-]{1,128}$/.test(text);
}

/** Where the videos of tasks go that no record is about. */
export function orphanFolder(settings: Settings): string {
  return join(settings.videoDir, 'orphans');
}

/** Absolute path of the video of such a task. */
export function orphanPath(settings: Settings, taskId: string): string {
  return join(orphanFolder(settings), `${taskId}.mp4`);
}

/** The captured video of such a task, if it is there and whole. */
export async function wholeOrphan(settings: Settings, taskId: string): Promise<InspectedVideo | undefined> {
  try {
    const file = await inspectVideoFile(orphanPath(settings, taskId));
    return file.problem === undefined ? file : undefined;
  } catch (error) {
    if (isReelError(error) && error.code === 'not-found') return undefined;
    throw error;
  }
}

/**
 * Captures the video of a task that no record is about.
 * @throws ReelError `expired` when the provider no longer has it
 */
export async function captureOrphan(
  settings: Settings,
  taskId: string,
  options: OrphanOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  const { signal, timeoutMs, maxBytes, clock, onProgress } = options;
  const client = clientFor(options);
  const task = await client.waitForTask(taskId, { signal, ...(timeoutMs !== undefined && { timeoutMs }) });
  const asset = {
    url: linkOf(task),
    refresh: async () => linkOf(await client.getTask(taskId, { signal })),
    ...(task.expiresAt && { expiresAt: task.expiresAt }),
  };
  const { allowPrivateNetwork } = settings;
  const captureOptions = { allowPrivateNetwork, signal, maxBytes, clock, onProgress };
  return captureAsset(asset, orphanPath(settings, taskId), captureOptions);
}

function linkOf({ videoUrl, taskId }: WanxTask): string {
  if (videoUrl !== undefined) return videoUrl;
  throw new ReelError('expired', `Task ${taskId} has no link to a video any more.`, { taskId });
}
