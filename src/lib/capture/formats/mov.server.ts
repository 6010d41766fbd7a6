import { type AssetFormat, hasText } from './asset-format.ts';
import type { MediaReport } from './media-report.ts';

/**
 * QuickTime with its `ftyp` box, as every writer since 2005 makes it.
 * @param inspect of MP4, which was made of it
 */
export function movReadBy(inspect: (path: string) => Promise<MediaReport>): AssetFormat {
  return {
    name: 'mov',
    title: 'QuickTime video',
    extension: 'mov',
    mimeType: 'video/quicktime',
    sniffBytes: 12,
    startsLike: (bytes) => bytes.length >= 12 && hasText(bytes, 4, 'ftypqt  '),
    inspect,
  };
}
