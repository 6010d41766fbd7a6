import type { MediaRole } from './request.ts';

export type MediaKind = 'image' | 'video' | 'audio' | 'document';

/** What an input of each role is; a link is only an address. */
export const MEDIA_KINDS: Record<MediaRole, MediaKind | 'address'> = {
  'first-frame': 'image',
  'last-frame': 'image',
  'reference-image': 'image',
  'reference-background': 'image',
  'reference-video': 'video',
  'first-clip': 'video',
  video: 'video',
  'reference-audio': 'audio',
  'reference-voice': 'audio',
  audio: 'audio',
  document: 'document',
  link: 'address',
};

export interface MediaFormat {
  kind: MediaKind;
  mimeType: string;
  extension: string;
}

const JPEG: MediaFormat = { kind: 'image', mimeType: 'image/jpeg', extension: 'jpg' };
const PNG: MediaFormat = { kind: 'image', mimeType: 'image/png', extension: 'png' };
const BMP: MediaFormat = { kind: 'image', mimeType: 'image/bmp', extension: 'bmp' };
const WEBP: MediaFormat = { kind: 'image', mimeType: 'image/webp', extension: 'webp' };
const MP4: MediaFormat = { kind: 'video', mimeType: 'video/mp4', extension: 'mp4' };
const MOV: MediaFormat = { kind: 'video', mimeType: 'video/quicktime', extension: 'mov' };
const WAV: MediaFormat = { kind: 'audio', mimeType: 'audio/wav', extension: 'wav' };
const MP3: MediaFormat = { kind: 'audio', mimeType: 'audio/mpeg', extension: 'mp3' };

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const DOCUMENTS: ReadonlyArray<MediaFormat & { start: string }> = [
  { kind: 'document', mimeType: 'application/pdf', extension: 'pdf', start: '%PDF' },
  { kind: 'document', mimeType: `${OFFICE}.wordprocessingml.document`, extension: 'docx', start: 'PK' },
  { kind: 'document', mimeType: `${OFFICE}.presentationml.presentation`, extension: 'pptx', start: 'PK' },
  { kind: 'document', mimeType: 'text/markdown', extension: 'md', start: '' },
];

/** Formats that Wan takes, by their first bytes: a file's name proves nothing. undefined: none of them. */
export function mediaFormatOf(head: Uint8Array): MediaFormat | undefined {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return JPEG;
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return PNG;
  if (latin(head, 0, 2) === 'BM') return BMP;
  if (latin(head, 0, 4) === 'RIFF') return { WEBP, WAVE: WAV }[latin(head, 8, 12)];
  if (latin(head, 4, 8) === 'ftyp') return latin(head, 8, 12) === 'qt  ' ? MOV : MP4;
  const mpegAudioFrame = head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2;
  return latin(head, 0, 3) === 'ID3' || mpegAudioFrame ? MP3 : undefined;
}

/** A document, by its name, for a text has no mark of its own and docx and pptx have the same; the mark must fit the name. */
export function documentFormatOf(path: string, head: Uint8Array): MediaFormat | undefined {
  const format = DOCUMENTS.find(({ extension }) => path.toLowerCase().endsWith(`.${extension}`));
  return format && head.length > 0 && latin(head, 0, format.start.length) === format.start ? format : undefined;
}

/** Colour types 4 and 6 of the IHDR chunk, which always comes first. */
export function pngHasAlpha(head: Uint8Array): boolean {
  return mediaFormatOf(head) === PNG && (head[25] === 4 || head[25] === 6);
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

function latin(head: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...head.subarray(start, end));
}
