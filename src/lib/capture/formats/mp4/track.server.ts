import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { tolerate } from '#lib/capture/formats/media-report.ts';
import { contentOf, firstOf } from './box.server.ts';
import { readPictureSize, refuseOtherFiles } from './description.server.ts';
import { readEdits } from './edits.server.ts';
import type { TrackContext } from './layout.server.ts';
import { findSamples } from './places.server.ts';
import { Table } from './table.server.ts';
import { readTimes } from './times.server.ts';
import type { Box, PictureSize, Track } from './types.ts';

/**
 * Reads a track and follows its tables to every one of its samples.
 * @returns undefined for a track without any content, which names nothing and lacks nothing
 * @throws NotWhole
 */
export async function readTrack(context: TrackContext, trak: Box): Promise<Track | undefined> {
  const { file, note } = context;
  const { tkhd, edts, mdia } = await firstOf(file, trak, ['tkhd', 'edts', 'mdia'], note);
  const { mdhd, hdlr, minf } = mdia ? await firstOf(file, mdia, ['mdhd', 'hdlr', 'minf'], note) : {};
  const kind = (await contentOf(file, hdlr, 12))?.toString('latin1', 8, 12);
  if (kind === undefined || !minf) {
    note('one of its tracks is empty');
    return undefined;
  }
  const { isTurned, ...header } = await readHeader(file, tkhd);
  const media = await readMediaOf(context, kind, minf);
  return {
    ...header,
    ...media,
    kind,
    timescale: await readTimescale(file, mdhd),
    edits: await tolerate(note, () => readEdits(file, edts, note)),
    picture: isTurned ? turned(media.picture) : media.picture,
  };
}

const TABLES = ['stsd', 'stts', 'ctts', 'stss', 'stsc', 'stsz', 'stz2', 'stco', 'co64'] as const;

async function readMediaOf(context: TrackContext, kind: string, minf: Box) {
  const { file, note, onPlace } = context;
  const { stbl, dinf } = await firstOf(file, minf, ['stbl', 'dinf'], note);
  if (kind === 'vide' || kind === 'soun') await refuseOtherFiles(context, dinf);
  const tables = stbl ? await firstOf(file, stbl, TABLES, note) : {};
  const picture = kind === 'vide' ? await readPictureSize(context, tables.stsd) : {};
  const { samples, bytes } = await findSamples(file, tables, onPlace);
  const timeline = await readTimes(file, tables, samples, note);
  // Nothing depends on where one may seek to, but a table that is damaged is.
  if (tables.stss) await Table.open(file, tables.stss, 4);
  return { picture, samples, bytes, timeline };
}

/** The first fields of a `tkhd` box, whose dates take four or eight bytes each. */
async function readHeader(file: FileWindow, tkhd: Box | undefined) {
  const content = await contentOf(file, tkhd, 76);
  if (!content) return { id: 0, isEnabled: false, isTurned: false };
  const isLarge = content[0] === 1;
  const matrix = isLarge ? 52 : 40;
  return {
    id: content.readUInt32BE(isLarge ? 20 : 12),
    isEnabled: (content.readUInt32BE(0) & 1) === 1,
    // By 90 or 270 degrees: across the picture goes what is written down it.
    isTurned: content.readInt32BE(matrix) === 0 && content.readInt32BE(matrix + 4) !== 0,
  };
}

function turned({ width, height }: PictureSize): PictureSize {
  return { ...(height !== undefined && { width: height }), ...(width !== undefined && { height: width }) };
}

/** Units in a second, of an `mdhd` or `mvhd` box; 0 when it says nothing. */
export async function readTimescale(file: FileWindow, header: Box | undefined): Promise<number> {
  const content = await contentOf(file, header, 24);
  return content?.readUInt32BE(content[0] === 1 ? 20 : 12) ?? 0;
}
