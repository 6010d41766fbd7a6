import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import type { Box } from './types.ts';

/** What stands where a box should: `type` when at least that can be read. */
export interface NoBox {
  type?: string;
  problem: string;
}

export function isBox(found: Box | NoBox): found is Box {
  return !('problem' in found);
}

/** The box at `position`, of which nothing is known but that it ends before `end` if it is whole. */
export async function readBox(file: FileWindow, position: number, end: number): Promise<Box | NoBox> {
  const header = await file.read(position, Math.min(16, end - position));
  if (header.length < 8) return { problem: `${end - position} stray bytes follow its last box` };
  const type = header.toString('latin1', 4, 8);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return { problem: `there is no box at byte ${position}` };
  const size = sizeOf(header, type, end - position);
  if (typeof size === 'string') return { type, problem: size };
  const box = { type, start: position, contentStart: position + size.headerBytes, end: position + size.bytes };
  if (box.end <= end) return box;
  const where = end === file.sizeBytes ? 'the end of the file' : 'the box around it';
  return { type, problem: `its ${type} box ends ${box.end - end} bytes after ${where}` };
}

function sizeOf(header: Buffer, type: string, leftBytes: number): { bytes: number; headerBytes: number } | string {
  const size = header.readUInt32BE(0);
  // Size 0: the box goes on to the end of the file. Size 1: a 64-bit size follows.
  if (size === 0) return { bytes: leftBytes, headerBytes: 8 };
  if (size !== 1) return size < 8 ? `its ${type} box has the impossible size ${size}` : { bytes: size, headerBytes: 8 };
  if (header.length < 16) return `its ${type} box is cut short`;
  const large = header.readBigUInt64BE(8);
  if (large < 16n || large > BigInt(Number.MAX_SAFE_INTEGER)) return `its ${type} box has the impossible size ${large}`;
  return { bytes: Number(large), headerBytes: 16 };
}

/** Boxes that no picture or sound depends on: a player that cannot read one of them goes on behind it. */
export const OPTIONAL: ReadonlySet<string> = new Set(['free', 'skip', 'udta', 'meta', 'uuid', 'iods', 'wide']);

/**
 * The boxes within a box, one after the other, none kept.
 * @param note called with a clause about something odd that does no harm
 * @throws NotWhole where they do not fit together
 */
export async function* childrenOf(
  file: FileWindow,
  parent: Pick<Box, 'type' | 'contentStart' | 'end'>,
  note: (text: string) => void,
): AsyncGenerator<Box> {
  for (let position = parent.contentStart; position < parent.end; ) {
    // QuickTime ends some lists with four zeros.
    if (parent.end - position < 8) return;
    const found = await readBox(file, position, parent.end);
    if (!isBox(found)) {
      if (!OPTIONAL.has(found.type ?? '')) throw new NotWhole(`its ${parent.type} box is damaged: ${found.problem}`);
      return note(found.problem);
    }
    yield found;
    position = found.end;
  }
}

/** The first box of each type within a box; the memory is bounded by the number of types asked for. */
export async function firstOf<T extends string>(
  file: FileWindow,
  parent: Pick<Box, 'type' | 'contentStart' | 'end'>,
  types: readonly T[],
  note: (text: string) => void,
): Promise<Partial<Record<T, Box>>> {
  const found: Partial<Record<T, Box>> = {};
  for await (const box of childrenOf(file, parent, note)) {
    const type = types.find((wanted) => wanted === box.type);
    if (type !== undefined) found[type] ??= box;
  }
  return found;
}

/** The first bytes of a box's content; undefined where the box is missing or holds fewer. */
export async function contentOf(file: FileWindow, box: Box | undefined, bytes: number): Promise<Buffer | undefined> {
  if (!box || box.end - box.contentStart < bytes) return undefined;
  return file.read(box.contentStart, bytes);
}
