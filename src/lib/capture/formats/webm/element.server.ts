import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';

/** Element ids of EBML (RFC 8794) and Matroska (RFC 9559), with their length marker, as they stand in the file. */
export const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackType: 0x83,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  displayWidth: 0x54b0,
  displayHeight: 0x54ba,
  displayUnit: 0x54b2,
  cluster: 0x1f43b675,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
} as const;

/** More elements in one row than the longest film has; bounds the time that a hostile file can take. */
const MOST_ELEMENTS = 2_000_000;

/** Positions in bytes from the start of the file. */
export interface Element {
  id: number;
  /** Behind its id and size. */
  start: number;
  end: number;
  /** It states no size: it goes on to the end of what is around it. */
  isOpen: boolean;
}

/**
 * The element at `position`; undefined where nothing follows.
 * @throws NotWhole when there is none, or it goes on beyond `end`
 */
export async function openElement(file: FileWindow, position: number, end: number): Promise<Element | undefined> {
  if (position >= end) return undefined;
  // At most four bytes of id and eight of size.
  const head = await file.read(position, Math.min(12, end - position));
  const idBytes = lengthOf(head[0]);
  const sizeBytes = lengthOf(head[idBytes]);
  if (idBytes === 0 || idBytes > 4 || sizeBytes === 0 || head.length < idBytes + sizeBytes) {
    const left = end - position;
    throw new NotWhole(left < 12 ? 'it ends inside an element' : `there is no element at byte ${position}`);
  }
  const id = head.readUIntBE(0, idBytes);
  const start = position + idBytes + sizeBytes;
  const size = sizeIn(head.subarray(idBytes, idBytes + sizeBytes));
  if (size === undefined) return { id, start, end, isOpen: true };
  if (start + size > end) throw new NotWhole(`it ends ${start + size - end} bytes before the end of an element`);
  return { id, start, end: start + size, isOpen: false };
}

/** How many bytes a number takes: as many as there are zeros before its first one, and one more. 0: more than eight. */
function lengthOf(first: number | undefined): number {
  return first === undefined || first === 0 ? 0 : Math.clz32(first) - 23;
}

/** All ones: not stated. */
function sizeIn(bytes: Buffer): number | undefined {
  const marker = 1 << (8 - bytes.length);
  const [first = 0, ...rest] = bytes;
  const top = first & (marker - 1);
  if (top === marker - 1 && rest.every((byte) => byte === 0xff)) return undefined;
  return rest.reduce((size, byte) => size * 256 + byte, top);
}

/**
 * The elements within an element, one after the other, none kept. A cluster that states no size ends where the next one
 * begins: what is in it follows it here.
 * @throws NotWhole where they do not fit together
 */
export async function* elementsOf(file: FileWindow, parent: Pick<Element, 'start' | 'end'>): AsyncGenerator<Element> {
  let count = 0;
  for (let position = parent.start; ; count += 1) {
    const element = await openElement(file, position, parent.end);
    if (!element) return;
    if (count === MOST_ELEMENTS) throw new NotWhole(`it has more than ${MOST_ELEMENTS} elements in a row`);
    if (element.isOpen && element.id !== ID.cluster) throw new NotWhole('one of its elements states no size');
    yield element;
    position = element.isOpen ? element.start : element.end;
  }
}

export async function readUint(file: FileWindow, { start, end }: Element): Promise<number | undefined> {
  const bytes = await file.read(start, Math.min(6, end - start));
  return end - start > 6 || bytes.length === 0 ? undefined : bytes.readUIntBE(0, bytes.length);
}

/** A float of four or eight bytes. */
export async function readNumber(file: FileWindow, { start, end }: Element): Promise<number | undefined> {
  const bytes = await file.read(start, end - start);
  if (bytes.length === 4) return bytes.readFloatBE(0);
  return bytes.length === 8 ? bytes.readDoubleBE(0) : undefined;
}

export async function readText(file: FileWindow, { start, end }: Element): Promise<string> {
  return (await file.read(start, end - start)).toString('latin1').replace(/\0+$/, '');
}
