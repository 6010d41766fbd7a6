import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { type MediaInfo, NotWhole } from '#lib/capture/formats/media-report.ts';
import { type Element, elementsOf, ID, readUint } from './element.server.ts';

const [VIDEO, AUDIO] = [1, 2];

/**
 * The size of the pictures, and whether there is sound.
 * @throws NotWhole when there is no picture track
 */
export async function readTracks(file: FileWindow, tracks: Element): Promise<MediaInfo> {
  let size: MediaInfo | undefined;
  let hasAudio = false;
  for await (const entry of elementsOf(file, tracks)) {
    if (entry.id !== ID.trackEntry) continue;
    const { type, video } = await readEntry(file, entry);
    if (type === VIDEO) size ??= video ? await readSize(file, video) : {};
    hasAudio ||= type === AUDIO;
  }
  if (!size) throw new NotWhole('it has no video track');
  return { ...size, hasAudio };
}

async function readEntry(file: FileWindow, entry: Element): Promise<{ type?: number; video?: Element }> {
  const found: { type?: number; video?: Element } = {};
  for await (const element of elementsOf(file, entry)) {
    if (element.id === ID.trackType) {
      const type = await readUint(file, element);
      if (type !== undefined) found.type = type;
    }
    if (element.id === ID.video) found.video = element;
  }
  return found;
}

/** Pixels, as displayed where the file says so in pixels. */
async function readSize(file: FileWindow, video: Element): Promise<MediaInfo> {
  const values = new Map<number, number>();
  for await (const element of elementsOf(file, video)) {
    const value = await readUint(file, element);
    if (value !== undefined) values.set(element.id, value);
  }
  const isInPixels = (values.get(ID.displayUnit) ?? 0) === 0;
  const width = (isInPixels && values.get(ID.displayWidth)) || values.get(ID.pixelWidth);
  const height = (isInPixels && values.get(ID.displayHeight)) || values.get(ID.pixelHeight);
  return { ...(width && { width }), ...(height && { height }) };
}
