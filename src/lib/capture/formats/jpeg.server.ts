import type { AssetFormat } from './asset-format.ts';
import { type FileWindow, WINDOW_BYTES } from './file-window.server.ts';
import { inspectFile } from './inspect-file.server.ts';
import { type MediaInfo, type MediaReport, NotWhole } from './media-report.ts';

export const jpeg: AssetFormat = {
  name: 'jpeg',
  title: 'JPEG picture',
  extension: 'jpg',
  mimeType: 'image/jpeg',
  sniffBytes: 3,
  startsLike: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff,
  inspect: (path) => inspectFile(path, inspectJpeg),
};

const [START_OF_IMAGE, END_OF_IMAGE, START_OF_SCAN] = [0xd8, 0xd9, 0xda];
/** Tables and extensions in the row of the frame headers. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);

/**
 * Follows the markers (ITU-T T.81, annex B), through the coded data of each scan, to the end of the image.
 * @throws NotWhole
 */
export async function inspectJpeg(file: FileWindow): Promise<Omit<MediaReport, 'problem'>> {
  if (!jpeg.startsLike(await file.read(0, 3))) throw new NotWhole('it does not start like a JPEG file');
  let media: MediaInfo | undefined;
  let hasScan = false;
  for (let position = 2; ; ) {
    const marker = await readMarker(file, position);
    if (marker.code === END_OF_IMAGE) {
      if (!media || !hasScan) throw new NotWhole('it contains no picture');
      return withRest(media, file.sizeBytes - marker.end);
    }
    position = await endOfSegment(file, marker);
    if (isFrame(marker.code)) media ??= await sizeOf(file, marker.end);
    if (marker.code !== START_OF_SCAN) continue;
    hasScan = true;
    position = await endOfScan(file, position);
  }
}

function withRest(media: MediaInfo, leftBytes: number): Omit<MediaReport, 'problem'> {
  return { media, ...(leftBytes > 0 && { notes: [`${leftBytes} bytes follow the end of its picture`] }) };
}

interface Marker {
  code: number;
  end: number;
}

async function readMarker(file: FileWindow, start: number): Promise<Marker> {
  for (let position = start; ; position += 1) {
    const [first, code] = await file.read(position, 2);
    if (first === undefined || code === undefined) throw new NotWhole('it ends before its picture does');
    if (first !== 0xff || code === 0 || code === START_OF_IMAGE)
      throw new NotWhole(`there is no marker at byte ${position}`);
    // Any number of these may stand before a marker.
    if (code !== 0xff) return { code, end: position + 2 };
  }
}

/** Where the next marker may be: behind the parameters, which state their length. */
async function endOfSegment(file: FileWindow, { code, end }: Marker): Promise<number> {
  if (standsAlone(code)) return end;
  const head = await file.read(end, 2);
  const bytes = head.length === 2 ? head.readUInt16BE(0) : 0;
  if (bytes < 2 || end + bytes > file.sizeBytes)
    throw new NotWhole('it ends inside a segment, or the segment is damaged');
  return end + bytes;
}

/** Restart markers and TEM. */
function standsAlone(code: number): boolean {
  return code === 0x01 || (code >= 0xd0 && code <= 0xd7);
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && !NO_FRAME.has(code);
}

async function sizeOf(file: FileWindow, start: number): Promise<MediaInfo> {
  const header = await file.read(start, 7);
  if (header.length < 7) throw new NotWhole('its frame header is cut short');
  const [height, width] = [header.readUInt16BE(3), header.readUInt16BE(5)];
  if (width === 0) throw new NotWhole('its picture has no size');
  // A height of zero is stated behind the first scan, which no encoder of today does.
  return height === 0 ? { width } : { width, height };
}

/** The first marker in the coded data that neither is a byte of the data (`FF 00`) nor restarts it. */
async function endOfScan(file: FileWindow, start: number): Promise<number> {
  for (let position = start; position < file.sizeBytes; ) {
    const bytes = await file.read(position, WINDOW_BYTES);
    const at = markerIn(bytes);
    if (at + 1 < bytes.length) return position + at;
    // Its second byte is yet to be read.
    position += bytes.length > 1 ? at : 1;
  }
  throw new NotWhole('it ends before its picture does');
}

/**
 * Where in coded data a marker begins, or may begin with its last byte; else its length. Looked for within what was read: every
 * few hundred bytes look like one, and reading on from each would read the file many times.
 */
function markerIn(bytes: Buffer): number {
  for (let at = bytes.indexOf(0xff); at >= 0; ) {
    const code = bytes[at + 1];
    if (code === undefined || (code !== 0 && code !== 0xff && !standsAlone(code))) return at;
    at = bytes.indexOf(0xff, at + (code === 0xff ? 1 : 2));
  }
  return bytes.length;
}
