// Not by name: in a Node without zstd that import would fail before `supported-node.server.ts` can say which Node is needed.
import zlib from 'node:zlib';
import { errnoOf } from '#lib/base/disk/errno.ts';

/** Answers of a job API are a few kB; a page of its list is the largest. More is not one of them. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } = zlib;

type Decoder = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer;

const DECODERS: Readonly<Record<string, readonly Decoder[]>> = {
  gzip: [gunzipSync],
  'x-gzip': [gunzipSync],
  br: [brotliDecompressSync],
  // By the standard with the zlib header; many servers leave it out.
  deflate: [inflateSync, inflateRawSync],
  zstd: [zstdDecompressSync],
};
const ALL_DECODERS: readonly Decoder[] = [
  gunzipSync,
  zstdDecompressSync,
  inflateSync,
  brotliDecompressSync,
  inflateRawSync,
];

/**
 * The parsed JSON of an answer, compressed or not and with or without a byte order mark, regardless of its headers: a
 * gateway may compress without being asked, and a task whose answer cannot be read is lost.
 * @returns undefined for what is not JSON, `too-large` for what would exceed `MAX_ANSWER_BYTES`
 */
export function parseAnswer(bytes: Uint8Array, contentEncoding?: string | string[]): { json: unknown } | 'too-large' {
  const stated = decodedAsStated(bytes, contentEncoding);
  if (stated === 'too-large') return stated;
  const plain = jsonOf(stated) ?? jsonOf(bytes);
  if (plain) return plain;
  // The header is missing or wrong. Brotli and raw deflate have no mark of their own: they are tried.
  for (const decode of ALL_DECODERS) {
    const decoded = decodedWith([decode], bytes);
    const found = decoded instanceof Uint8Array ? jsonOf(decoded) : undefined;
    if (found) return found;
  }
  return { json: undefined };
}

function decodedAsStated(bytes: Uint8Array, contentEncoding: string | string[] = ''): Uint8Array | 'too-large' {
  const names = [contentEncoding].flat().join(',').toLowerCase().split(',');
  let decoded = bytes;
  // The last one named was applied last.
  for (const name of names.reverse()) {
    const next = decodedWith(DECODERS[name.trim()] ?? [], decoded);
    if (next === 'too-large') return next;
    decoded = next ?? decoded;
  }
  return decoded;
}

function decodedWith(decoders: readonly Decoder[], bytes: Uint8Array): Uint8Array | 'too-large' | undefined {
  for (const decode of decoders) {
    try {
      return decode(bytes, { maxOutputLength: MAX_ANSWER_BYTES });
    } catch (error) {
      // A few bytes may hold gigabytes.
      if (errnoOf(error) === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
    }
  }
  return undefined;
}

function jsonOf(bytes: Uint8Array): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(withIdsAsText(textOf(bytes))) };
  } catch {
    return undefined;
  }
}

/** By its byte order mark, which the decoder takes off; UTF-8 without one. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const isBigEndian = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** An id (`id`, `task_id`, …) that is a number above 2^53 would become the id of another task. Within a text, the quotes are escaped. */
function withIdsAsText(json: string): string {
  return json.replaceAll(/("(?:\w+_)?id"\s*:\s*)(-?\d[\d.eE+-]*)/g, '$1"$2"');
}
