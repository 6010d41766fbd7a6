const MIME_TYPES: Readonly<Record<string, string>> = {
  ...{ mp4: 'video/mp4', webm: 'video/webm', mov: 'video/quicktime' },
  ...{ png: 'image/png', webp: 'image/webp', jpg: 'image/jpeg', jpeg: 'image/jpeg' },
  vtt: 'text/vtt; charset=utf-8',
};

/** By the extension, which the library gives by the content. */
export function mimeTypeOf(fileName: string): string {
  return MIME_TYPES[fileName.replace(/^.*\./, '').toLowerCase()] ?? 'application/octet-stream';
}
