import type { Timeline } from './timeline.ts';

/** A box of ISO 14496-12 §4.2: positions in bytes from the start of the file. */
export interface Box {
  type: string;
  start: number;
  /** Behind its size and type. */
  contentStart: number;
  end: number;
}

/** In pixels, as displayed. */
export interface PictureSize {
  width?: number;
  height?: number;
}

/** What an edit list says of the duration (ISO 14496-12 §8.6.6). Durations count in the movie's timescale. */
export interface Edits {
  /** Of what comes before the last piece: gaps, and other pieces. */
  earlier: number;
  last: { mediaTime: number; duration: number };
}

/** Called with every run of sample bytes that lie one behind the other. */
export type PlaceListener = (start: number, bytes: number) => void;

export interface Track {
  id: number;
  /** Its handler: `vide`, `soun`, or another for hints, time codes, text. */
  kind: string;
  isEnabled: boolean;
  /** Units of its times in a second; 0 when not known. */
  timescale: number;
  edits: Edits | undefined;
  samples: number;
  /** Of all its samples. */
  bytes: number;
  timeline: Timeline;
  /** As displayed; empty for what is no picture track. */
  picture: PictureSize;
}
