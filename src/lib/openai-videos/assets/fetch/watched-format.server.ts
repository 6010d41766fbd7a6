import { createHash } from 'node:crypto';
import type { AssetFormat, CaptureFunctions } from '#lib/capture/types.ts';

/** What a capture has seen of a body, besides what it says in its error. */
export interface Watch {
  /** The last body was not the file asked for. Two with the same fingerprint had the same bytes. */
  rejected?: { fingerprint: string; isText: boolean; isFilm: boolean };
  /** Of the verified file. */
  mimeType?: string;
}

/**
 * The format, with notes on what was compared with it.
 * @param film to recognise one in place of a picture
 */
export function watchFormat(
  format: AssetFormat,
  film: AssetFormat,
  { inspectAsset }: Pick<CaptureFunctions, 'inspectAsset'>,
): { format: AssetFormat; watch: Watch } {
  const watch: Watch = {};
  const watched: AssetFormat = {
    ...format,
    startsLike: (bytes) => {
      const isLike = format.startsLike(bytes);
      if (isLike) delete watch.rejected;
      else watch.rejected = { fingerprint: sha256Of(bytes), isText: isText(bytes), isFilm: film.startsLike(bytes) };
      return isLike;
    },
    inspect: async (path) => {
      const report = await format.inspect(path);
      watch.mimeType = report.mimeType ?? format.mimeType;
      if (report.problem !== undefined) {
        watch.rejected = { fingerprint: (await inspectAsset(path, format)).sha256, isText: false, isFilm: false };
      }
      return report;
    },
  };
  return { format: watched, watch };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An error page, or a message of the service: it may be gone the next time. */
function isText(bytes: Uint8Array): boolean {
  // The last character may be cut in two.
  const text = new TextDecoder('utf-8').decode(bytes).trim().slice(0, -1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text.
  return text !== '' && !/[\x00-\x08\x0e-\x1f\ufffd]/.test(text);
}
