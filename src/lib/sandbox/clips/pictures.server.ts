import { readFile } from 'node:fs/promises';

const PICTURES = new URL('./pictures/', import.meta.url);
const RIFF_HEADER_BYTES = 8;

export interface PictureRequest {
  width: number;
  height: number;
  kind: 'thumbnail' | 'spritesheet';
  /** Goes into the file, where no viewer shows it: makes every picture unlike every other. */
  label: string;
}

/** A whole picture of the clip of that size: a thumbnail as WebP, a sprite sheet of its eight seconds as JPEG. */
export async function composePicture({ width, height, kind, label }: PictureRequest): Promise<Uint8Array> {
  const extension = kind === 'thumbnail' ? 'webp' : 'jpg';
  const picture = await readFile(new URL(`${width}x${height}-${kind}.${extension}`, PICTURES));
  return kind === 'thumbnail' ? labelledWebp(picture, label) : labelledJpeg(picture, label);
}

/** In a chunk of an unknown name, which readers have to skip (WebP container specification). */
function labelledWebp(webp: Buffer, label: string): Uint8Array {
  const text = Buffer.from(label.length % 2 === 0 ? label : `${label} `);
  const chunk = Buffer.concat([Buffer.from('note'), Buffer.alloc(4), text]);
  chunk.writeUInt32LE(text.length, 4);
  const labelled = Buffer.concat([webp, chunk]);
  labelled.writeUInt32LE(labelled.length - RIFF_HEADER_BYTES, 4);
  return labelled;
}

/** In a comment segment right behind the start of the image. */
function labelledJpeg(jpeg: Buffer, label: string): Uint8Array {
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from(label)]);
  comment.writeUInt16BE(comment.length - 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}
