import { type AssetFormat, hasText } from './asset-format.ts';
import type { FileWindow } from './file-window.server.ts';
import { inspectFile } from './inspect-file.server.ts';
import { type MediaInfo, type MediaReport, NotWhole } from './media-report.ts';

export const webp: AssetFormat = {
  name: 'webp',
  title: 'WebP picture',
  extension: 'webp',
  mimeType: 'image/webp',
  sniffBytes: 12,
  startsLike: (bytes) => bytes.length >= 12 && hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP'),
  inspect: (path) => inspectFile(path, inspectWebp),
};

/** What holds a picture; the frames of an animation are in `ANMF` chunks. */
const PICTURES = new Set(['VP8 ', 'VP8L', 'ANMF']);

/**
 * Follows the chunks of the RIFF container (RFC 9649) to the end that its head states.
 * @throws NotWhole
 */
export async function inspectWebp(file: FileWindow): Promise<Omit<MediaReport, 'problem'>> {
  const head = await file.read(0, 12);
  if (!webp.startsLike(head)) throw new NotWhole('it does not start like a WebP file');
  const end = 8 + head.readUInt32LE(4);
  if (end > file.sizeBytes) throw new NotWhole(`it ends ${end - file.sizeBytes} bytes before its stated end`);
  let media: MediaInfo | undefined;
  let hasPicture = false;
  for (let position = 12; position < end; ) {
    const chunk = await readChunk(file, position, end);
    media ??= await sizeOf(file, chunk);
    hasPicture ||= PICTURES.has(chunk.type);
    position = chunk.end;
  }
  if (!media || !hasPicture) throw new NotWhole('it contains no picture');
  const left = file.sizeBytes - end;
  return { media, ...(left > 0 && { notes: [`${left} bytes follow its stated end`] }) };
}

interface Chunk {
  type: string;
  start: number;
  bytes: number;
  /** Behind the byte that fills an odd length up. */
  end: number;
}

async function readChunk(file: FileWindow, position: number, end: number): Promise<Chunk> {
  const head = await file.read(position, Math.min(8, end - position));
  if (head.length < 8) throw new NotWhole(`there is no chunk at byte ${position}`);
  const type = head.toString('latin1', 0, 4);
  const bytes = head.readUInt32LE(4);
  const start = position + 8;
  if (start + bytes > end) throw new NotWhole(`its ${type} chunk ends beyond the stated end of the file`);
  // Some writers leave out the last filling byte.
  return { type, start, bytes, end: Math.min(end, start + bytes + (bytes % 2)) };
}

/** Pixels, by the first chunk that is about the whole picture. */
async function sizeOf(file: FileWindow, { type, start, bytes }: Chunk): Promise<MediaInfo | undefined> {
  const data = await file.read(start, Math.min(10, bytes));
  if (type === 'VP8X' && data.length === 10)
    return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 };
  if (type === 'VP8L' && data.length >= 5 && data[0] === 0x2f) {
    const packed = data.readUInt32LE(1);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  // Three bytes of frame tag, then the start code of a key frame.
  if (type === 'VP8 ' && data.length === 10 && data.readUIntBE(3, 3) === 0x9d012a) {
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
  }
  return undefined;
}
