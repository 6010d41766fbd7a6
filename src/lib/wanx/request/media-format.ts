import type { FormatName, MediaKind } from '#lib/wanx/uploads/file-rules.ts';

export type MediaRole =
  | 'first-frame'
  | 'last-frame'
  | 'reference-image'
  | 'reference-video'
  | 'reference-background'
  | 'reference-audio'
  /** Belongs to the reference before it. */
  | 'reference-voice'
  | 'first-clip'
  | 'video'
  | 'audio'
  | 'document'
  | 'link';

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
  name: FormatName;
  kind: MediaKind;
  mimeType: string;
  extension: string;
}

const JPEG: MediaFormat = { name: 'jpeg', kind: 'image', mimeType: 'image/jpeg', extension: 'jpg' };
const PNG: MediaFormat = { name: 'png', kind: 'image', mimeType: 'image/png', extension: 'png' };
const BMP: MediaFormat = { name: 'bmp', kind: 'image', mimeType: 'image/bmp', extension: 'bmp' };
const WEBP: MediaFormat = { name: 'webp', kind: 'image', mimeType: 'image/webp', extension: 'webp' };
const TIFF: MediaFormat = { name: 'tiff', kind: 'image', mimeType: 'image/tiff', extension: 'tiff' };
const MP4: MediaFormat = { name: 'mp4', kind: 'video', mimeType: 'video/mp4', extension: 'mp4' };
const MOV: MediaFormat = { name: 'mov', kind: 'video', mimeType: 'video/quicktime', extension: 'mov' };
const AVI: MediaFormat = { name: 'avi', kind: 'video', mimeType: 'video/x-msvideo', extension: 'avi' };
const WAV: MediaFormat = { name: 'wav', kind: 'audio', mimeType: 'audio/wav', extension: 'wav' };
const MP3: MediaFormat = { name: 'mp3', kind: 'audio', mimeType: 'audio/mpeg', extension: 'mp3' };

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const DOCUMENTS: ReadonlyArray<MediaFormat & { start: string }> = [
  document('pdf', 'application/pdf', '%PDF'),
  document('docx', `${OFFICE}.wordprocessingml.document`, 'PK'),
  document('pptx', `${OFFICE}.presentationml.presentation`, 'PK'),
  document('md', 'text/markdown', ''),
];

function document(name: FormatName, mimeType: string, start: string): MediaFormat & { start: string } {
  return { name, kind: 'document', mimeType, extension: name, start };
}

/** Formats that one model or another takes, by their first bytes: a file's name proves nothing. undefined: none of them. */
export function mediaFormatOf(head: Uint8Array): MediaFormat | undefined {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return JPEG;
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return PNG;
  if (latin(head, 0, 2) === 'BM') return BMP;
  if (latin(head, 0, 4) === 'RIFF') return { WEBP, WAVE: WAV, 'AVI ': AVI }[latin(head, 8, 12)];
  if (startsWith(head, [0x49, 0x49, 0x2a, 0]) || startsWith(head, [0x4d, 0x4d, 0, 0x2a])) return TIFF;
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
