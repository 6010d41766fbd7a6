export type MediaKind = 'image' | 'video' | 'audio' | 'document';

export type FormatName =
  | 'jpeg'
  | 'png'
  | 'bmp'
  | 'webp'
  | 'tiff'
  | 'mp4'
  | 'mov'
  | 'avi'
  | 'wav'
  | 'mp3'
  | 'docx'
  | 'pptx'
  | 'pdf'
  | 'md';

interface Range {
  min: number;
  max: number;
}

/** What a file put in may be; undefined: the pages do not say. */
export interface FileLimits {
  maxBytes: number;
  formats: readonly FormatName[];
  /** May come inside the request, as a data URL: images of most models. */
  inline: boolean;
  /** Pixels: the shorter side has `min`, the longer one `max`. */
  sides?: Range;
  /** The longer side may be so many times the shorter one. */
  maxStretch?: number;
  seconds?: Range;
  /** A PNG must have no transparency. */
  isOpaque?: boolean;
  /** Its address may hold ASCII only. */
  isAsciiUrl?: boolean;
}

export type FileRules = Readonly<Partial<Record<MediaKind, Partial<FileLimits>>>>;

export const MIB = 1024 * 1024;
