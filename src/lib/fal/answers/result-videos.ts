import { z } from 'zod';

/** A video that a result names. */
export interface FoundVideo {
  url: string;
  /** As its address or its type says; `mp4` where neither does. */
  extension: 'mp4' | 'webm' | 'mov';
}

const text = z.string().nullish().catch(null);
const file = z.looseObject({ url: z.string(), content_type: text, file_name: text });

const EXTENSION =
  /\.(mp4|m4v|webm|mov|mkv|avi|gif|png|jpe?g|webp|avif|svg|wav|mp3|m4a|flac|ogg|json|txt|srt|vtt|zip|glb|safetensors)$/i;
const FILM_EXTENSION = /^(mp4|m4v|webm|mov|mkv|avi)$/i;
const FILM_NAME = /video|clip|film|movie/i;
/** Of what belongs to a video and is none. */
const OTHER_NAME = /thumb|poster|cover|image|frame|audio|sound|mask|preview_image|caption|subtitle/i;
const DEEPEST = 12;

/**
 * The videos that a model's result names, wherever it puts them, the first one first: `{video: {url}}`,
 * `{videos: [{url}]}`, `{output: {clip: "https://…"}}`.
 * @param input of the request: some models repeat it, and what was put in is not what came out
 */
export function videosOf(result: unknown, input: unknown = {}): FoundVideo[] {
  const given = new Set(addressesIn(input));
  const found = new Map<string, FoundVideo>();
  visit(result, '', DEEPEST, (url, facts) => {
    if (given.has(url) || found.has(url) || !isVideo(url, facts)) return;
    found.set(url, { url, extension: extensionOf(url, facts) });
  });
  return [...found.values()];
}

interface Facts {
  /** Of the fields that lead to it, joined. */
  name: string;
  contentType: string | undefined;
  /** As the result calls the file: its address may have no extension. */
  fileName?: string | undefined;
}

type Visitor = (url: string, facts: Facts) => void;

function visit(value: unknown, name: string, depth: number, visitor: Visitor): void {
  if (typeof value === 'string') {
    if (/^https?:\/\//i.test(value)) visitor(value, { name, contentType: undefined });
    return;
  }
  if (typeof value !== 'object' || value === null || depth === 0) return;
  if (Array.isArray(value)) {
    for (const one of value) visit(one, name, depth - 1, visitor);
    return;
  }
  const { data } = file.safeParse(value);
  if (data && /^https?:\/\//i.test(data.url)) {
    const { url, content_type: contentType, file_name: fileName } = data;
    visitor(url, { name, contentType: contentType ?? undefined, fileName: fileName ?? undefined });
  }
  for (const [field, inner] of Object.entries(value)) {
    if (data && field === 'url') continue;
    visit(inner, name === '' ? field : `${name}.${field}`, depth - 1, visitor);
  }
}

/** What says it most surely first: its type, the end of its address, the field that it is in. */
function isVideo(url: string, { name, contentType = '', fileName }: Facts): boolean {
  if (/^video\//i.test(contentType)) return true;
  if (/^(image|audio|text|model)\//i.test(contentType)) return false;
  const extension = extensionIn(url, fileName);
  if (extension !== undefined) return FILM_EXTENSION.test(extension);
  const field = name.slice(name.lastIndexOf('.') + 1);
  return !OTHER_NAME.test(field) && FILM_NAME.test(name);
}

function extensionIn(url: string, fileName = ''): string | undefined {
  return (EXTENSION.exec(URL.parse(url)?.pathname ?? '') ?? EXTENSION.exec(fileName))?.[1];
}

function extensionOf(url: string, { contentType = '', fileName }: Facts): FoundVideo['extension'] {
  const stated = `${extensionIn(url, fileName) ?? ''} ${contentType}`.toLowerCase();
  if (/\bwebm\b/.test(stated)) return 'webm';
  return /\b(mov|quicktime)\b/.test(stated) ? 'mov' : 'mp4';
}

function addressesIn(input: unknown): string[] {
  const addresses: string[] = [];
  visit(input, '', DEEPEST, (url) => addresses.push(url));
  return addresses;
}
