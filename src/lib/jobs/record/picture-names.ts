/** The files that belong to a film: what each is called behind the stem of the film's name and a dot. */
export const PICTURE_ENDINGS = {
  poster: 'poster.webp',
  posterSmall: 'poster-640.webp',
  spriteSheet: 'sprites.jpg',
  spriteIndex: 'sprites.vtt',
} as const;
export type PictureKind = keyof typeof PICTURE_ENDINGS;

export const PICTURE_KINDS = ['poster', 'posterSmall', 'spriteSheet', 'spriteIndex'] as const satisfies PictureKind[];

/** `/films/harbour.mp4` -> `/films/harbour`. */
export function stemOf(filmPath: string): string {
  return filmPath.replace(/\.[^./\\]+$/, '');
}

/** `/films/harbour` -> `/films/harbour.poster.webp`. */
export function picturePath(stem: string, kind: PictureKind): string {
  return `${stem}.${PICTURE_ENDINGS[kind]}`;
}

/** Which film a file name belongs to, by its stem; undefined for what is not the name of a picture. */
export function parsePictureName(name: string): { stem: string; kind: PictureKind } | undefined {
  const kind = PICTURE_KINDS.find((one) => name.endsWith(`.${PICTURE_ENDINGS[one]}`));
  if (kind === undefined) return undefined;
  const stem = name.slice(0, -PICTURE_ENDINGS[kind].length - 1);
  return stem === '' ? undefined : { stem, kind };
}
