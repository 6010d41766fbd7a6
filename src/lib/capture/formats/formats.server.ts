import type { AssetFormat } from './asset-format.ts';
import { inspectFile } from './inspect-file.server.ts';
import * as jpegs from './jpeg.server.ts';
import { NotWhole } from './media-report.ts';
import { movReadBy } from './mov.server.ts';
import * as mp4s from './mp4.server.ts';
import * as pngs from './png.server.ts';
import * as webms from './webm.server.ts';
import * as webps from './webp.server.ts';

// Each with its type: otherwise the declarations of the package would lead to how files are read, and to Node's types.
export const jpeg: AssetFormat = jpegs.jpeg;
export const mov: AssetFormat = movReadBy((path) => inspectFile(path, mp4s.inspectMp4));
export const mp4: AssetFormat = mp4s.mp4;
export const png: AssetFormat = pngs.png;
export const webm: AssetFormat = webms.webm;
export const webp: AssetFormat = webps.webp;

const FILMS = [
  { format: webm, inspect: webms.inspectWebm },
  // Before MP4, which takes every brand.
  { format: mov, inspect: mp4s.inspectMp4 },
  { format: mp4, inspect: mp4s.inspectMp4 },
] as const;

/** A film of any format that a source may choose. Which one it was, the report's `mimeType` says. */
export const anyVideo: AssetFormat = {
  name: 'video',
  title: 'MP4, QuickTime or WebM video',
  extension: 'mp4',
  mimeType: 'video/mp4',
  sniffBytes: Math.max(...FILMS.map(({ format }) => format.sniffBytes)),
  startsLike: (bytes) => filmOf(bytes) !== undefined,
  inspect: (path) =>
    inspectFile(path, async (file) => {
      const film = filmOf(await file.read(0, anyVideo.sniffBytes));
      if (!film) throw new NotWhole('it does not start like a video');
      return { ...(await film.inspect(file)), mimeType: film.format.mimeType };
    }),
};

function filmOf(bytes: Uint8Array): (typeof FILMS)[number] | undefined {
  return FILMS.find(({ format }) => format.startsLike(bytes));
}
