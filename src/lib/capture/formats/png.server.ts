import { crc32 } from 'node:zlib';
import { type AssetFormat, hasText } from './asset-format.ts';
import { type FileWindow, WINDOW_BYTES } from './file-window.server.ts';
import { inspectFile } from './inspect-file.server.ts';
import { type MediaInfo, type MediaReport, NotWhole } from './media-report.ts';

const SIGNATURE = '\x89PNG\r\n\x1a\n';
/** A length, a name and a CRC around the data of each chunk. */
const AROUND_BYTES = 12;

export const png: AssetFormat = {
  name: 'png',
  title: 'PNG picture',
  extension: 'png',
  mimeType: 'image/png',
  sniffBytes: 8,
  startsLike: (bytes) => bytes.length >= 8 && hasText(bytes, 0, SIGNATURE),
  inspect: (path) => inspectFile(path, inspectPng),
};

interface Chunk {
  type: string;
  dataStart: number;
  dataBytes: number;
  end: number;
}

/**
 * Follows the chunks (https://www.w3.org/TR/png-3/#5Chunk-layout) with their checksums to IEND.
 * @throws NotWhole
 */
export async function inspectPng(file: FileWindow): Promise<Omit<MediaReport, 'problem'>> {
  if (!hasText(await file.read(0, 8), 0, SIGNATURE))
    throw new NotWhole('it does not start with the signature of a PNG');
  let media: MediaInfo | undefined;
  let hasPicture = false;
  for (let position = SIGNATURE.length; ; ) {
    const chunk = await readChunk(file, position);
    if (!media) media = await sizeOf(file, chunk);
    if (chunk.type === 'IDAT') hasPicture = true;
    position = chunk.end;
    if (chunk.type !== 'IEND') continue;
    if (!hasPicture) throw new NotWhole('it contains no picture');
    const left = file.sizeBytes - position;
    return { media, ...(left > 0 && { notes: [`${left} bytes follow its last chunk`] }) };
  }
}

async function readChunk(file: FileWindow, position: number): Promise<Chunk> {
  const head = await file.read(position, 8);
  if (head.length < 8) throw new NotWhole('it ends before its last chunk');
  const type = head.toString('latin1', 4, 8);
  if (!/^[A-Za-z]{4}$/.test(type)) throw new NotWhole(`there is no chunk at byte ${position}`);
  const dataBytes = head.readUInt32BE(0);
  const chunk = { type, dataStart: position + 8, dataBytes, end: position + AROUND_BYTES + dataBytes };
  if (chunk.end > file.sizeBytes) throw new NotWhole(`its ${type} chunk ends beyond the end of the file`);
  await checkSum(file, chunk);
  return chunk;
}

/** @throws NotWhole when the bytes are not those that were written */
async function checkSum(file: FileWindow, { type, dataStart, dataBytes }: Chunk): Promise<void> {
  const dataEnd = dataStart + dataBytes;
  let sum = crc32(type);
  for (let position = dataStart; position < dataEnd; position += WINDOW_BYTES) {
    sum = crc32(await file.read(position, Math.min(WINDOW_BYTES, dataEnd - position)), sum);
  }
  const stated = await file.read(dataEnd, 4);
  if (stated.readUInt32BE(0) !== sum) throw new NotWhole(`its ${type} chunk is damaged`);
}

async function sizeOf(file: FileWindow, { type, dataStart, dataBytes }: Chunk): Promise<MediaInfo> {
  if (type !== 'IHDR' || dataBytes !== 13) throw new NotWhole('its first chunk is not a header');
  const header = await file.read(dataStart, 13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (width === 0 || height === 0) throw new NotWhole('its picture has no size');
  return { width, height };
}
