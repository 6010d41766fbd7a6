import { childrenOf } from '#lib/capture/formats/mp4/box.server.ts';
import { durationSecondsOf } from '#lib/capture/formats/mp4/edits.server.ts';
import { readFragment, readTrex, type SampleDefaults } from '#lib/capture/formats/mp4/fragment.server.ts';
import { readLayout, type TrackContext } from '#lib/capture/formats/mp4/layout.server.ts';
import { MediaPlaces } from '#lib/capture/formats/mp4/media-places.ts';
import { checkSegmentIndex } from '#lib/capture/formats/mp4/segment-index.server.ts';
import { checkTail } from '#lib/capture/formats/mp4/tail.server.ts';
import { readTimescale, readTrack } from '#lib/capture/formats/mp4/track.server.ts';
import type { Box, Track } from '#lib/capture/formats/mp4/types.ts';
import { type AssetFormat, hasText } from './asset-format.ts';
import type { FileWindow } from './file-window.server.ts';
import { inspectFile } from './inspect-file.server.ts';
import { type MediaInfo, type MediaReport, NotWhole } from './media-report.ts';

/** A hostile file has no end of odd places; these are for a person to read. */
const MOST_NOTES = 10;

/** An ISO base media file starts with its `ftyp` box: four bytes of size, then the name. */
export const mp4: AssetFormat = {
  name: 'mp4',
  title: 'MP4 video',
  extension: 'mp4',
  mimeType: 'video/mp4',
  sniffBytes: 12,
  startsLike: (bytes) => bytes.length >= 8 && hasText(bytes, 4, 'ftyp'),
  inspect: (path) => inspectFile(path, inspectMp4),
};

/**
 * Follows the index of an MP4 (ISO 14496-12) to every sample of every track. Reads through a small window and keeps
 * nothing that a file can make large by claiming it.
 * @throws NotWhole when anything is missing
 */
export async function inspectMp4(file: FileWindow): Promise<Omit<MediaReport, 'problem'>> {
  const notes = new Set<string>();
  const note = (text: string) => {
    if (notes.size < MOST_NOTES) notes.add(text);
  };
  const layout = await readLayout(file);
  const places = new MediaPlaces(file.sizeBytes, layout.mdats, layout.indexes);
  const context = { file, note, onPlace: places.add.bind(places) };
  const movie = await readMovie(context, layout.moov);
  const tracks = new Map(movie.tracks.map((track) => [track.id, track]));
  for (const moof of layout.moofs) await readFragment({ ...context, ...movie, tracks }, moof);
  for (const sidx of layout.sidxs) await checkSegmentIndex(file, sidx, note);
  const isFragmented = movie.announcesFragments || layout.moofs.length > 0;
  const media = factsOf(movie, isFragmented);
  // Of a fragment whose own box is damaged beyond recognition, the media is still there.
  if (isFragmented && places.hasUnnamed) throw new NotWhole('it contains media that its index does not list');
  const isOpenEnded = isFragmented && !layout.isClosed;
  const tail = await checkTail(file, layout.end, isOpenEnded);
  if (tail !== undefined) note(layout.strayBox ?? tail);
  const endsInBox = layout.strayBox !== undefined;
  const ending = { ...(isOpenEnded && { isOpenEnded }), ...(endsInBox && { endsInBox }) };
  return { media, ...(notes.size > 0 && { notes: [...notes] }), ...ending };
}

interface Movie {
  tracks: Track[];
  timescale: number;
  announcesFragments: boolean;
  /** By track. */
  defaults: Map<number, SampleDefaults>;
}

async function readMovie(context: TrackContext, moov: Box): Promise<Movie> {
  const { file, note } = context;
  const movie: Movie = { tracks: [], timescale: 0, announcesFragments: false, defaults: new Map() };
  for await (const box of childrenOf(file, moov, note)) {
    if (box.type === 'mvhd') movie.timescale = await readTimescale(file, box);
    if (box.type === 'trak') {
      const track = await readTrack(context, box);
      if (track) movie.tracks.push(track);
    }
    if (box.type === 'mvex') {
      movie.announcesFragments = true;
      for await (const trex of childrenOf(file, box, note)) {
        const found = trex.type === 'trex' ? await readTrex(file, trex) : undefined;
        if (found) movie.defaults.set(...found);
      }
    }
  }
  return movie;
}

function factsOf({ tracks, timescale }: Movie, isFragmented: boolean): MediaInfo {
  const videos = tracks.filter(({ kind }) => kind === 'vide');
  if (videos.length === 0) throw new NotWhole('it has no video track');
  // A track may be there for nothing, or hold a cover that is not shown.
  const filled = videos.filter(({ bytes }) => bytes > 0);
  const video = filled.find(({ isEnabled }) => isEnabled) ?? filled[0];
  if (!video) throw new NotWhole('its video track contains no frames');
  const durationSeconds = Math.round(durationSecondsOf(video, timescale, isFragmented) * 1000) / 1000;
  const { width, height } = video.picture;
  return {
    ...(isAmount(durationSeconds) && { durationSeconds }),
    ...(isAmount(width) && { width }),
    ...(isAmount(height) && { height }),
    hasAudio: tracks.some(({ kind, bytes }) => kind === 'soun' && bytes > 0),
  };
}

/** A file that counts its time in zeroths of a second plays for NaN seconds, which neither a record nor JSON can hold. */
function isAmount(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}
