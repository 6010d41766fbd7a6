import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import { isBox, type NoBox, OPTIONAL, readBox } from './box.server.ts';
import type { Box, PlaceListener } from './types.ts';

/** What reading a track needs to know of the file around it. */
export interface TrackContext {
  file: FileWindow;
  note: (text: string) => void;
  onPlace: PlaceListener;
}

/** More top-level boxes than the longest fragmented film has; bounds the memory that a hostile file can ask for. */
const MOST_BOXES = 500_000;

/** The boxes in the first row of a file that matter. What begins like one of these is one, also where it is cut. */
const TOP_LEVEL = new Set('ftyp styp moov moof mdat mfra sidx ssix prft emsg pdin imda'.split(' '));

/** What of these the rest is about. */
const KEPT = new Set(['ftyp', 'moov', 'moof', 'mdat', 'mfra', 'sidx']);

export interface Layout {
  moov: Box;
  moofs: Box[];
  mdats: Box[];
  sidxs: Box[];
  /** What holds no media, in the order of the file. Not the fragments' own: some writers shift those and not what they name. */
  indexes: Box[];
  /** An `mfra` box, which says that no fragment follows, comes after the last of them. */
  isClosed: boolean;
  /** Where the last box ends. */
  end: number;
  /** What is wrong with an optional box there, which goes on beyond the file or has a wrong size. */
  strayBox?: string;
}

/**
 * Walks the top-level boxes: `ftyp` comes first, `moov` and `mdat` are there, none goes on beyond the end of the file.
 * @throws NotWhole
 */
export async function readLayout(file: FileWindow): Promise<Layout> {
  if (file.sizeBytes === 0) throw new NotWhole('it is empty');
  const { boxes, ...ending } = await walk(file);
  if (boxes[0]?.start !== 0 || boxes[0].type !== 'ftyp') throw new NotWhole('it does not start with an ftyp box');
  const all = (...types: string[]) => boxes.filter(({ type }) => types.includes(type));
  const [moov] = all('moov');
  const mdats = all('mdat');
  if (!moov) throw new NotWhole('it has no moov box, so no player can open it');
  // A file that was cut just where its media data should begin.
  if (mdats.length === 0) throw new NotWhole('it has no mdat box, so it contains no media');
  const isClosed = all('moof', 'mdat', 'mfra').at(-1)?.type === 'mfra';
  return { moov, mdats, moofs: all('moof'), sidxs: all('sidx'), indexes: all('ftyp', 'moov'), isClosed, ...ending };
}

async function walk(file: FileWindow): Promise<Pick<Layout, 'end' | 'strayBox'> & { boxes: Box[] }> {
  const boxes: Box[] = [];
  let end = 0;
  for (let count = 0; end < file.sizeBytes; count += 1) {
    if (count === MOST_BOXES) throw new NotWhole(`it has more than ${MOST_BOXES} top-level boxes`);
    const box = await readTopLevel(file, end);
    if (!isBox(box)) return { boxes, end, ...(OPTIONAL.has(box.type ?? '') && { strayBox: box.problem }) };
    // An error page is none from its first byte on, however long it is.
    if (end === 0 && box.type !== 'ftyp') break;
    if (KEPT.has(box.type)) boxes.push(box);
    end = box.end;
  }
  return { boxes, end };
}

/** What is no box: the zeros, line ends and labels that some tools put behind a film, or a box that no player needs. */
async function readTopLevel(file: FileWindow, position: number): Promise<Box | NoBox> {
  const found = await readBox(file, position, file.sizeBytes);
  if (!isBox(found) && TOP_LEVEL.has(found.type ?? '')) throw new NotWhole(found.problem);
  return found;
}
