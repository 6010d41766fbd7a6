import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { FileHasher, hashFile } from '#lib/capture/check/hashing.server.ts';
import type { MediaInfo } from '#lib/capture/formats/media-report.ts';
import type { AssetFormat } from '#lib/capture/types.ts';
import { containerOf, type FilmTracks, playsEverywhere, resolutionLabel } from './film-facts.ts';

/** What the file itself shows. */
export interface CheckedFilm extends FilmTracks {
  path: string;
  sizeBytes: number;
  sha256: string;
  mimeType: string;
  container: string;
  extension: string;
  durationSeconds: number | undefined;
  width: number | undefined;
  height: number | undefined;
  resolution: string | undefined;
  playsEverywhere: boolean;
  notes: string[];
}

/**
 * Reads a film from end to end.
 * @param announced what the site has promised; a film without pictures is none in any case
 * @throws ReelError `not-a-video` when it is not whole, `integrity` when promised sound is missing, `disk*`
 */
export async function checkFilm(
  path: string,
  format: AssetFormat,
  announced: { announcesAudio: boolean },
): Promise<CheckedFilm> {
  try {
    const hasher = new FileHasher(false);
    const sizeBytes = await hashFile(path, hasher);
    const { media, problem, notes = [], mimeType = format.mimeType } = await format.inspect(path);
    if (problem !== undefined) throw notWhole(format, problem);
    const tracks = await readTracks(path);
    assertAnnounced(announced, media);
    return {
      ...{ path, sizeBytes, sha256: hasher.digest().sha256, mimeType, ...containerOf(mimeType), ...tracks },
      ...{ durationSeconds: media.durationSeconds, width: media.width, height: media.height },
      resolution: resolutionLabel(media.width, media.height),
      playsEverywhere: playsEverywhere(mimeType, tracks),
      notes,
    };
  } catch (error) {
    throw diskError(error, path, 'verifying', 'read');
  }
}

function notWhole({ title }: AssetFormat, problem: string): ReelError {
  return new ReelError('not-a-video', `The downloaded file is not a complete ${title}: ${problem}.`, {
    stage: 'verifying',
  });
}

/** A silent film of what has sound is noticed by nobody until it is watched. */
function assertAnnounced({ announcesAudio }: { announcesAudio: boolean }, media: MediaInfo): void {
  if (!announcesAudio || media.hasAudio !== false) return;
  const message =
    'The site announces sound, and the downloaded file has none. Download it again, or choose another format.';
  throw new ReelError('integrity', message, { stage: 'verifying' });
}

/** Undefined where the file does not say it in a way that is understood: then it does not count as playable everywhere. */
async function readTracks(path: string): Promise<FilmTracks> {
  const input = new Input({
    formats: ALL_FORMATS,
    source: new FilePathSource(path, { handleUnhandledError: () => {} }),
  });
  try {
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    return {
      videoCodec: (await video?.getCodecParameterString()) ?? undefined,
      audioCodec: audio ? ((await audio.getCodecParameterString()) ?? 'unknown') : undefined,
    };
  } catch {
    return { videoCodec: undefined, audioCodec: 'unknown' };
  } finally {
    input.dispose();
  }
}
