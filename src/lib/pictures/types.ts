import type { FilmPictures, Picture } from '#lib/jobs/record/job-record.ts';
import type { PictureKind } from '#lib/jobs/record/picture-names.ts';

/** Pictures that the provider sent, absolute paths in the folder of the film. A whole one is taken as it is. */
export interface DeliveredPictures {
  poster?: string | undefined;
  /** Of use only with its layout. */
  spriteSheet?: { path: string; columns: number; rows: number } | undefined;
}

export interface FilmFacts {
  /** Absolute. */
  path: string;
  sha256: string;
  /** 0 where nobody knows it. */
  durationSeconds: number;
}

/** What a program has done. */
export interface ToolResult {
  /** Standard output, cut at 64 KB. */
  output: string;
  /** The last lines on standard error. */
  errors: string;
  /** Null where it was killed, or did not start. */
  exitCode: number | null;
}

/** A picture that decodes to a size above 0. */
export type WholePicture = Picture & { width: number; height: number };

export type Posters = Required<Pick<FilmPictures, 'poster' | 'posterSmall'>>;
export type Sprites = Required<Pick<FilmPictures, 'spriteSheet' | 'spriteIndex'>>;

export type RunTool = (args: readonly string[]) => Promise<ToolResult>;

/** What pictures are drawn with. */
export interface Tools {
  /** Absent where ffmpeg is not on PATH. */
  ffmpeg?: RunTool | undefined;
  /** The file if it is a whole picture; an exit code proves nothing. */
  readPicture(path: string): Promise<WholePicture | undefined>;
}

/** The pictures of one film under temporary names, until all of them are there. */
export interface Drafts {
  pathOf(kind: PictureKind): string;
  /** Has the drawn file published with the others. @returns its facts @throws ReelError `disk*` */
  keep(kind: PictureKind): Promise<Picture>;
}
