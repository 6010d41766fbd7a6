import { type FileHandle, open } from 'node:fs/promises';

/** More top-level boxes than the longest fragmented file of a provider has; bounds the walk over a hostile file. */
const MOST_BOXES = 100_000;

export interface BoxReport {
  /** Why the file is not whole; undefined when its boxes are. */
  problem?: string;
  /** It is in fragments and ends behind any of them: one more might have followed. A final `mfra` box says that none does. */
  isOpenEnded?: boolean;
}

/**
 * Walks the top-level boxes of an MP4 (ISO 14496-12 §4.2): `ftyp` comes first, `moov` and `mdat` are there, and the last box
 * ends where the file ends. Players and mediabunny put up with a file that was cut; this does not.
 */
export async function walkMp4(path: string): Promise<BoxReport> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await walkBoxes(handle, size);
  } finally {
    await handle.close();
  }
}

async function walkBoxes(handle: FileHandle, fileBytes: number): Promise<BoxReport> {
  const seen = new Set<string>();
  let last = '';
  let position = 0;
  for (let count = 0; position < fileBytes; count += 1) {
    if (count === MOST_BOXES) return { problem: `more than ${MOST_BOXES} top-level boxes` };
    const box = await readBox(handle, position, fileBytes);
    if (typeof box === 'string') return { problem: box };
    if (position === 0 && box.type !== 'ftyp') return { problem: 'it does not start with an ftyp box' };
    seen.add(box.type);
    last = box.type;
    position += box.bytes;
    if (position > fileBytes)
      return { problem: `its ${box.type} box ends ${position - fileBytes} bytes after the end of the file` };
  }
  if (!seen.has('ftyp')) return { problem: 'it is empty' };
  if (!seen.has('moov')) return { problem: 'it has no moov box, so no player can open it' };
  // A file that was cut just where its media data should begin.
  if (!seen.has('mdat')) return { problem: 'it has no mdat box, so it holds no pictures' };
  return { isOpenEnded: seen.has('moof') && last !== 'mfra' };
}

async function readBox(
  handle: FileHandle,
  position: number,
  fileBytes: number,
): Promise<{ type: string; bytes: number } | string> {
  const header = Buffer.alloc(16);
  const { bytesRead } = await handle.read(header, 0, 16, position);
  if (bytesRead < 8) return `${fileBytes - position} stray bytes follow its last box`;
  const type = header.toString('latin1', 4, 8);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return `at byte ${position} there is no box`;
  const size = header.readUInt32BE(0);
  // Size 0: the box goes on to the end of the file. Size 1: a 64-bit size follows.
  if (size === 0) return { type, bytes: fileBytes - position };
  if (size !== 1) return size < 8 ? `its ${type} box has the impossible size ${size}` : { type, bytes: size };
  if (bytesRead < 16) return `its ${type} box is cut short`;
  const large = header.readBigUInt64BE(8);
  if (large < 16n || large > BigInt(Number.MAX_SAFE_INTEGER)) return `its ${type} box has the impossible size ${large}`;
  return { type, bytes: Number(large) };
}
