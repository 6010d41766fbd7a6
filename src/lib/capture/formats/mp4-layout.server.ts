import type { FileWindow } from './file-window.server.ts';
import { NotWhole } from './media-report.ts';
import { type Box, isBox, readBox } from './mp4-box.server.ts';

/** More top-level boxes than the longest fragmented film has; bounds the memory that a hostile file can ask for. */
const MOST_BOXES = 500_000;

/** The boxes in the first row of a file. What begins like one of these is one, also where it is cut. */
const TOP_LEVEL = new Set(
  'ftyp styp moov moof mdat mfra sidx ssix prft emsg pdin free skip wide meta uuid udta imda'.split(' '),
);

export interface Layout {
  moov: Box;
  moofs: Box[];
  mdats: Box[];
  sidxs: Box[];
  /** An `mfra` box, which says that no fragment follows, comes after the last of them. */
  isClosed: boolean;
  /** Where the last box ends. */
  end: number;
}

/**
 * Walks the top-level boxes: `ftyp` comes first, `moov` and `mdat` are there, none goes on beyond the end of the file.
 * @throws NotWhole
 */
export async function readLayout(file: FileWindow): Promise<Layout> {
  const found = { moovs: [] as Box[], moofs: [] as Box[], mdats: [] as Box[], sidxs: [] as Box[] };
  let last = '';
  let end = 0;
  for (let count = 0; end < file.sizeBytes; count += 1) {
    if (count === MOST_BOXES) throw new NotWhole(`it has more than ${MOST_BOXES} top-level boxes`);
    const box = await readTopLevel(file, end);
    if (!box) break;
    if (end === 0 && box.type !== 'ftyp') throw new NotWhole('it does not start with an ftyp box');
    if (box.type === 'moov') found.moovs.push(box);
    if (box.type === 'moof') found.moofs.push(box);
    if (box.type === 'mdat') found.mdats.push(box);
    if (box.type === 'sidx') found.sidxs.push(box);
    if (['moof', 'mdat', 'mfra'].includes(box.type)) last = box.type;
    end = box.end;
  }
  const {
    moovs: [moov],
    ...rest
  } = found;
  if (file.sizeBytes === 0) throw new NotWhole('it is empty');
  if (end === 0) throw new NotWhole('it does not start with an ftyp box');
  if (!moov) throw new NotWhole('it has no moov box, so no player can open it');
  // A file that was cut just where its media data should begin.
  if (rest.mdats.length === 0) throw new NotWhole('it has no mdat box, so it holds no pictures');
  return { ...rest, moov, end, isClosed: last === 'mfra' };
}

/** undefined: what follows is no box, as the zeros, line ends and labels are that some tools put behind a film. */
async function readTopLevel(file: FileWindow, position: number): Promise<Box | undefined> {
  const found = await readBox(file, position, file.sizeBytes);
  if (isBox(found)) return found;
  if (TOP_LEVEL.has(found.type ?? '')) throw new NotWhole(found.problem);
  return undefined;
}
