import { type AssetFormat, hasText } from './asset-format.ts';
import { inspectFile } from './inspect-file.server.ts';
import { inspectMp4 } from './mp4.server.ts';

/** QuickTime with its `ftyp` box, as every writer since 2005 makes it: read like the MP4 that was made of it. */
export const mov: AssetFormat = {
  name: 'mov',
  title: 'QuickTime video',
  extension: 'mov',
  mimeType: 'video/quicktime',
  sniffBytes: 12,
  startsLike: (bytes) => bytes.length >= 12 && hasText(bytes, 4, 'ftypqt  '),
  inspect: (path) => inspectFile(path, inspectMp4),
};
