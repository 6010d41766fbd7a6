import type { AssetFormat } from './asset-format.ts';
import type { FileWindow } from './file-window.server.ts';
import { inspectFile } from './inspect-file.server.ts';
import { type MediaInfo, type MediaReport, NotWhole } from './media-report.ts';
import { type Element, elementsOf, ID, openElement, readNumber, readText, readUint } from './webm/element.server.ts';
import { readTracks } from './webm/tracks.server.ts';

const SIGNATURE = [0x1a, 0x45, 0xdf, 0xa3];
const NANOSECONDS = 1e9;

export const webm: AssetFormat = {
  name: 'webm',
  title: 'WebM video',
  extension: 'webm',
  mimeType: 'video/webm',
  sniffBytes: 4,
  startsLike: (bytes) => SIGNATURE.every((byte, index) => bytes[index] === byte),
  inspect: (path) => inspectFile(path, inspectWebm),
};

/**
 * Follows the elements (RFC 9559) of the file's one segment, all clusters of pictures, to its end.
 * @throws NotWhole
 */
export async function inspectWebm(file: FileWindow): Promise<Omit<MediaReport, 'problem'>> {
  const head = await openElement(file, 0, file.sizeBytes);
  if (head?.id !== ID.ebml) throw new NotWhole('it does not start with an EBML header');
  await checkType(file, head);
  const segment = await openElement(file, head.end, file.sizeBytes);
  if (segment?.id !== ID.segment) throw new NotWhole('it has no segment, so it contains no frames');
  const found = await readSegment(file, segment);
  const { tracks, timing } = found;
  if (!tracks) throw new NotWhole('it describes no tracks, so no player can open it');
  if (!found.hasPictures) throw new NotWhole('it contains no frames');
  const left = file.sizeBytes - segment.end;
  const notes = [
    ...(segment.isOpen ? ['its segment states no size, as in a live recording'] : []),
    ...(left > 0 ? [`${left} bytes follow its segment`] : []),
  ];
  return {
    media: { ...timing, ...(await readTracks(file, tracks)) },
    ...(notes.length > 0 && { notes }),
    // Cut between two elements it reads the same.
    ...(segment.isOpen && { isOpenEnded: true }),
  };
}

async function checkType(file: FileWindow, head: Element): Promise<void> {
  for await (const element of elementsOf(file, head)) {
    if (element.id !== ID.docType) continue;
    const type = await readText(file, element);
    if (type !== 'webm') throw new NotWhole(`it declares itself as "${type.slice(0, 20)}", not WebM`);
    return;
  }
  throw new NotWhole('it does not declare itself as WebM');
}

interface Found {
  tracks: Element | undefined;
  timing: MediaInfo;
  hasPictures: boolean;
}

async function readSegment(file: FileWindow, segment: Element): Promise<Found> {
  const found: Found = { tracks: undefined, timing: {}, hasPictures: false };
  for await (const element of elementsOf(file, segment)) {
    if (element.id === ID.tracks) found.tracks ??= element;
    if (element.id === ID.info) found.timing = await readTiming(file, element);
    // Of a cluster that states no size, the blocks come as elements of their own.
    if (element.id === ID.simpleBlock || element.id === ID.blockGroup) found.hasPictures = true;
    if (element.id === ID.cluster && !element.isOpen) found.hasPictures ||= await hasBlocks(file, element);
  }
  return found;
}

async function hasBlocks(file: FileWindow, cluster: Element): Promise<boolean> {
  for await (const { id } of elementsOf(file, cluster)) if (id === ID.simpleBlock || id === ID.blockGroup) return true;
  return false;
}

/** `Duration` counts in units of `TimestampScale`, which is a millisecond where it is not stated. */
async function readTiming(file: FileWindow, info: Element): Promise<MediaInfo> {
  let scale = 1_000_000;
  let duration: number | undefined;
  for await (const element of elementsOf(file, info)) {
    if (element.id === ID.timestampScale) scale = (await readUint(file, element)) ?? scale;
    if (element.id === ID.duration) duration = await readNumber(file, element);
  }
  const durationSeconds = Math.round(((duration ?? Number.NaN) * scale * 1000) / NANOSECONDS) / 1000;
  return Number.isFinite(durationSeconds) && durationSeconds >= 0 ? { durationSeconds } : {};
}
