import { open } from 'node:fs/promises';
import { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { type MediaReport, NotWhole } from '#lib/capture/formats/media-report.ts';
import { inspectMp4 } from '#lib/capture/formats/mp4.server.ts';

export type { MediaInfo, MediaReport } from '#lib/capture/formats/media-report.ts';

/**
 * Checks that a file is a whole MP4 with a picture track, and reads what the record keeps.
 * @throws the error of the disk when the file cannot be read
 */
export async function readMedia(path: string): Promise<MediaReport> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await inspectMp4(new FileWindow(handle, size));
  } catch (error) {
    if (error instanceof NotWhole) return { media: {}, problem: error.message };
    throw error;
  } finally {
    await handle.close();
  }
}
