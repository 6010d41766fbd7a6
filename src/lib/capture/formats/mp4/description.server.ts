import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole, tolerate } from '#lib/capture/formats/media-report.ts';
import { childrenOf, contentOf, firstOf } from './box.server.ts';
import type { Box, PictureSize } from './types.ts';

interface Context {
  file: FileWindow;
  note: (text: string) => void;
}

/** What a visual sample entry holds before its boxes. */
const VISUAL_ENTRY_BYTES = 78;

/** The least that a box of a picture description holds. Players stumble over less; the pictures are there all the same. */
const LEAST_BYTES: Record<string, number> = {
  avcC: 7,
  hvcC: 23,
  av1C: 4,
  vpcC: 12,
  pasp: 8,
  clap: 32,
  mdcv: 24,
  clli: 4,
};

/**
 * Reads the size of the pictures that a track's first sample entry describes, in square pixels and before rotation.
 * @throws NotWhole when there is no such entry
 */
export async function readPictureSize(context: Context, stsd: Box | undefined): Promise<PictureSize> {
  const entry = stsd && (await firstEntry(context, stsd));
  const content = await contentOf(context.file, entry, VISUAL_ENTRY_BYTES);
  if (!entry || !content) throw new NotWhole('its video track does not describe its frames');
  const size = { width: content.readUInt16BE(24), height: content.readUInt16BE(26) };
  const inner = { type: entry.type, contentStart: entry.contentStart + VISUAL_ENTRY_BYTES, end: entry.end };
  // What is in here tells how to decode and show the pictures, not whether they are there.
  const shape = await tolerate(context.note, () => readDescribed(context, inner));
  return shape ? squarePixels(size, shape) : size;
}

interface Shape {
  across: number;
  down: number;
}

/** The boxes of a sample entry. Returns the shape of a pixel where it is not square. */
async function readDescribed(context: Context, entry: Pick<Box, 'type' | 'contentStart' | 'end'>) {
  let shape: Shape | undefined;
  for await (const box of childrenOf(context.file, entry, context.note)) {
    await noteIfShort(context, box);
    if (box.type === 'pasp') shape = await readShape(context.file, box);
  }
  return shape;
}

async function firstEntry({ file, note }: Context, stsd: Box): Promise<Box | undefined> {
  // Version, flags and the number of entries come first.
  for await (const entry of childrenOf(file, { ...stsd, contentStart: stsd.contentStart + 8 }, note)) return entry;
  return undefined;
}

async function noteIfShort({ file, note }: Context, box: Box): Promise<void> {
  const heldBytes = box.end - box.contentStart;
  const leastBytes = box.type === 'colr' ? await leastColourBytes(file, box) : (LEAST_BYTES[box.type] ?? 0);
  if (heldBytes < leastBytes) note(`its ${box.type} box has ${heldBytes} bytes, but needs ${leastBytes}`);
}

async function leastColourBytes(file: FileWindow, box: Box): Promise<number> {
  const kind = (await contentOf(file, box, 4))?.toString('latin1');
  return { nclx: 11, nclc: 10 }[kind ?? ''] ?? 4;
}

async function readShape(file: FileWindow, box: Box): Promise<Shape | undefined> {
  const content = await contentOf(file, box, 8);
  const [across, down] = [content?.readUInt32BE(0), content?.readUInt32BE(4)];
  return across && down ? { across, down } : undefined;
}

function squarePixels({ width, height }: Required<PictureSize>, { across, down }: Shape) {
  if (across > down) return { width: Math.round((width * across) / down), height };
  return { width, height: Math.round((height * down) / across) };
}

/** @throws NotWhole when the track keeps its samples in another file */
export async function refuseOtherFiles({ file, note }: Context, dinf: Box | undefined): Promise<void> {
  const { dref } = dinf ? await firstOf(file, dinf, ['dref'], note) : {};
  if (!dref) return;
  for await (const entry of childrenOf(file, { ...dref, contentStart: dref.contentStart + 8 }, note)) {
    const content = await file.read(entry.contentStart, Math.min(1024, entry.end - entry.contentStart));
    // The flag says "in this file"; some writers forget it, but then they name no other.
    const isOther =
      content.length > 4 && (content.readUInt32BE(0) & 1) === 0 && content.subarray(4).some((byte) => byte > 0);
    if (isOther) throw new NotWhole('some of its media is in another file');
  }
}
