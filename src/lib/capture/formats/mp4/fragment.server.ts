import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import { childrenOf, contentOf } from './box.server.ts';
import type { TrackContext } from './layout.server.ts';
import { Table } from './table.server.ts';
import type { Box, Track } from './types.ts';

/** What holds for a sample of which nothing else is said. */
export interface SampleDefaults {
  duration: number;
  bytes: number;
}

export interface FragmentContext extends TrackContext {
  tracks: ReadonlyMap<number, Track>;
  /** By track, from the `trex` boxes. */
  defaults: ReadonlyMap<number, SampleDefaults>;
}

/** @returns the track's id and its defaults; undefined where the box is too short */
export async function readTrex(file: FileWindow, trex: Box): Promise<[number, SampleDefaults] | undefined> {
  const content = await contentOf(file, trex, 24);
  return content && [content.readUInt32BE(4), { duration: content.readUInt32BE(12), bytes: content.readUInt32BE(16) }];
}

/**
 * Finds every sample of a fragment (ISO 14496-12 §8.8), and adds them to their tracks.
 * @throws NotWhole
 */
export async function readFragment(context: FragmentContext, moof: Box): Promise<void> {
  // Where the samples of a track begin when nothing is said: at the fragment, or behind those of the track before it.
  let implied = moof.start;
  for await (const traf of childrenOf(context.file, moof, context.note)) {
    if (traf.type === 'traf') implied = await readTrackFragment(context, traf, { moofStart: moof.start, implied });
  }
}

/** @returns where its last sample ends */
async function readTrackFragment(
  context: FragmentContext,
  traf: Box,
  where: { moofStart: number; implied: number },
): Promise<number> {
  let header: TrackFragment | undefined;
  let position = where.implied;
  for await (const box of childrenOf(context.file, traf, context.note)) {
    if (box.type === 'tfhd' && !header) {
      header = await readHeader(context, box, where);
      position = header.base;
    }
    if (box.type === 'tfdt' && header) header.track.timeline.decodeTime = await readDecodeTime(context.file, box);
    if (box.type === 'trun') {
      if (!header) throw new NotWhole('a fragment does not name its track');
      position = await readRun(context, box, header, position);
    }
  }
  if (!header) throw new NotWhole('a fragment does not name its track');
  return position;
}

interface TrackFragment {
  track: Track;
  /** What offsets count from. */
  base: number;
  defaults: SampleDefaults;
}

async function readHeader(
  { file, tracks, defaults }: FragmentContext,
  tfhd: Box,
  { moofStart, implied }: { moofStart: number; implied: number },
): Promise<TrackFragment> {
  const content = await file.read(tfhd.contentStart, Math.min(40, tfhd.end - tfhd.contentStart));
  const fields = new Fields(content, 'tfhd');
  const flags = fields.uint32() & 0xffffff;
  const id = fields.uint32();
  const track = tracks.get(id);
  if (!track) throw new NotWhole(`a fragment contains samples of track ${id}, which does not exist`);
  const base = flags & 0x1 ? fields.uint64() : flags & 0x20000 ? moofStart : implied;
  if (flags & 0x2) fields.uint32();
  const usual = defaults.get(id) ?? { duration: 0, bytes: 0 };
  const duration = flags & 0x8 ? fields.uint32() : usual.duration;
  const bytes = flags & 0x10 ? fields.uint32() : usual.bytes;
  return { track, base, defaults: { duration, bytes } };
}

async function readDecodeTime(file: FileWindow, tfdt: Box): Promise<number> {
  const fields = new Fields(await file.read(tfdt.contentStart, Math.min(12, tfdt.end - tfdt.contentStart)), 'tfdt');
  return fields.uint32() >>> 24 === 1 ? fields.uint64() : fields.uint32();
}

/** @returns where its last sample ends */
async function readRun(context: FragmentContext, trun: Box, header: TrackFragment, position: number): Promise<number> {
  const { file, onPlace } = context;
  const { track, base, defaults } = header;
  const fields = new Fields(await file.read(trun.contentStart, Math.min(16, trun.end - trun.contentStart)), 'trun');
  const flags = fields.uint32() & 0xffffff;
  const count = fields.uint32();
  const start = flags & 0x1 ? base + fields.int32() : position;
  if (flags & 0x4) fields.uint32();
  const entryBytes = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  const table = new Table(file, trun, { start: trun.contentStart + fields.offset, count, entryBytes });
  const bytes = entryBytes === 0 ? addAlike(track, count, defaults) : await addEach(track, table, flags, defaults);
  track.samples += count;
  track.bytes += bytes;
  if (track.samples > file.sizeBytes) throw new NotWhole(`it lists ${track.samples} samples, more than it has bytes`);
  if (bytes > 0) onPlace(start, bytes);
  return start + bytes;
}

function addAlike({ timeline }: Track, count: number, { duration, bytes }: SampleDefaults): number {
  timeline.add(count, duration, 0);
  return count * bytes;
}

async function addEach({ timeline }: Track, table: Table, flags: number, defaults: SampleDefaults): Promise<number> {
  let total = 0;
  while (await table.load()) {
    while (table.loaded > 0) {
      let at = table.take();
      const next = (flag: number, usual: number) => {
        if (!(flags & flag)) return usual;
        at += 4;
        return table.bytes.readUInt32BE(at - 4);
      };
      const duration = next(0x100, defaults.duration);
      total += next(0x200, defaults.bytes);
      next(0x400, 0);
      // Most writers use signed values, in every version of the box.
      timeline.add(1, duration, next(0x800, 0) | 0);
    }
  }
  return total;
}

/** Reads the fields at the start of a box, one behind the other. */
class Fields {
  offset = 0;
  readonly #bytes: Buffer;
  readonly #type: string;

  constructor(bytes: Buffer, type: string) {
    this.#bytes = bytes;
    this.#type = type;
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  uint64(): number {
    return Number(this.#bytes.readBigUInt64BE(this.#advance(8)));
  }

  #advance(bytes: number): number {
    const at = this.offset;
    if (at + bytes > this.#bytes.length) throw new NotWhole(`one of its ${this.#type} boxes is too short`);
    this.offset += bytes;
    return at;
  }
}
