import type { AssetFormat } from './asset-format.ts';
import { inspectFile } from './inspect-file.server.ts';
import { jpeg } from './jpeg.server.ts';
import { NotWhole } from './media-report.ts';
import { mov } from './mov.server.ts';
import { inspectMp4, mp4 } from './mp4.server.ts';
import { png } from './png.server.ts';
import { inspectWebm, webm } from './webm.server.ts';
import { webp } from './webp.server.ts';

export { jpeg, mov, mp4, png, webm, webp };

const FILMS = [
  { format: webm, inspect: inspectWebm },
  // Before MP4, which takes every brand.
  { format: mov, inspect: inspectMp4 },
  { format: mp4, inspect: inspectMp4 },
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
