import { open } from 'node:fs/promises';
import { FileWindow } from './file-window.server.ts';
import { type MediaReport, NotWhole } from './media-report.ts';

/**
 * Opens a file for an inspection that throws `NotWhole`, and turns that into a report.
 * @throws the error of the disk when the file cannot be read
 */
export async function inspectFile(
  path: string,
  inspect: (file: FileWindow) => Promise<Omit<MediaReport, 'problem'>>,
): Promise<MediaReport> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await inspect(new FileWindow(handle, size));
  } catch (error) {
    if (error instanceof NotWhole) return { media: {}, problem: error.message };
    throw error;
  } finally {
    await handle.close();
  }
}
