import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { firstOf } from './box.server.ts';
import { Table } from './table.server.ts';
import type { Timeline } from './timeline.ts';
import type { Box, Edits } from './types.ts';

/** undefined: the track is shown from its first sample to its last one. */
export async function readEdits(
  file: FileWindow,
  edts: Box | undefined,
  note: (text: string) => void,
): Promise<Edits | undefined> {
  const { elst } = edts ? await firstOf(file, edts, ['elst'], note) : {};
  if (!elst) return undefined;
  const isLarge = (await file.read(elst.contentStart, 1))[0] === 1;
  const table = await Table.open(file, elst, isLarge ? 20 : 12);
  const edits: Edits = { earlier: 0, last: { mediaTime: -1, duration: 0 } };
  while (await table.load()) {
    const { mediaTime, duration } = editAt(table.bytes, table.take(), isLarge);
    const isGap = mediaTime < 0;
    edits.earlier += isGap ? duration : edits.last.duration;
    if (!isGap) edits.last = { mediaTime, duration };
  }
  return edits.last.mediaTime < 0 ? undefined : edits;
}

function editAt(bytes: Buffer, at: number, isLarge: boolean): Edits['last'] {
  if (!isLarge) return { duration: bytes.readUInt32BE(at), mediaTime: bytes.readInt32BE(at + 4) };
  return { duration: Number(bytes.readBigUInt64BE(at)), mediaTime: Number(bytes.readBigInt64BE(at + 8)) };
}

/**
 * Seconds for which a track is shown; not finite when its times cannot be told.
 * @param isFragmented the edit list was written before the fragments: its last piece goes on to the end
 */
export function durationSecondsOf(
  { timeline, timescale, edits }: { timeline: Timeline; timescale: number; edits: Edits | undefined },
  movieTimescale: number,
  isFragmented: boolean,
): number {
  const { start, end } = timeline;
  if (!edits || movieTimescale === 0) return (end - start) / timescale;
  const rest = Math.max(0, end - Math.max(start, edits.last.mediaTime)) / timescale;
  const piece = edits.last.duration / movieTimescale;
  // Movie timescales are coarse, and round.
  const isCut = !isFragmented && piece > 0 && rest - piece > 1 / movieTimescale;
  return edits.earlier / movieTimescale + (isCut ? piece : rest);
}
