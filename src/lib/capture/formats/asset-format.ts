import type { MediaReport } from './media-report.ts';

/** `video` is any of the film formats, told apart by content. */
export type FormatName = 'mp4' | 'mov' | 'webm' | 'webp' | 'jpeg' | 'png' | 'video';

/** What a captured file must be. A value, so that a new format is one file. */
export interface AssetFormat {
  readonly name: FormatName;
  /** For messages, as in "The server did not send a WebM video". */
  readonly title: string;
  /** Without its dot. */
  readonly extension: string;
  readonly mimeType: string;
  /** How many bytes `startsLike` needs. A body that has fewer is not a whole file of this format. */
  readonly sniffBytes: number;
  /** Whether a body that begins so may be one. Must refuse text: an error page begins with it. */
  startsLike(bytes: Uint8Array): boolean;
  /**
   * Reads a file from end to end, bounded in memory, and says what keeps it from being whole.
   * @throws the error of the disk when the file cannot be read
   */
  inspect(path: string): Promise<MediaReport>;
}

/** The title with its article. */
export function oneOf({ title }: Pick<AssetFormat, 'title'>): string {
  return `${/^M[A-Z]/.test(title) ? 'an' : 'a'} ${title}`;
}

/** Whether `bytes` holds this text, in Latin-1, from `offset` on. */
export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  return [...text].every((letter, index) => bytes[offset + index] === letter.charCodeAt(0));
}
