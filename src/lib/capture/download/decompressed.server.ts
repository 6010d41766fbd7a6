import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { messageOf } from '#lib/base/errors.ts';
import type { Exchange } from '#lib/capture/http/exchange.server.ts';
import { HttpFault } from '#lib/capture/http/fault.ts';

type Decoder = zlib.Gunzip | zlib.Inflate | zlib.InflateRaw | zlib.BrotliDecompress | zlib.ZstdDecompress;

/**
 * The same answer with its compression taken off. The bytes are then another sequence, so nothing that the headers say
 * about lengths holds for them; the end of a compressed body proves that it is whole.
 * @param coding as `RemoteFacts.coding`
 * @param opening what has been read of the body already
 * @returns undefined where there is no compression, or one that we do not know
 */
export function decompressed(
  exchange: Exchange,
  coding: string | undefined,
  opening: Uint8Array,
): Exchange | undefined {
  const decoders = decodersOf(coding, opening);
  const last = decoders?.at(-1);
  if (!decoders || !last) return undefined;
  // An error comes up where the last one is read.
  pipeline([Readable.from(copiesOf(opening, exchange.body)), ...decoders], () => {});
  return { ...exchange, body: piecesOf(last), openBytes: () => 0, lastChunkBytes: () => 0 };
}

/** In the order in which they are to be applied: the last coding named was applied last. */
function decodersOf(coding: string | undefined, opening: Uint8Array): Decoder[] | undefined {
  const names = coding?.split(', ').reverse() ?? [];
  const decoders = names.map((name, index) => decoderOf(name, index > 0 || hasZlibHeader(opening)));
  return decoders.every((decoder) => decoder !== undefined) ? decoders : undefined;
}

function decoderOf(name: string, hasHeader: boolean): Decoder | undefined {
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    case 'deflate':
      // By the standard with the zlib header; many servers leave it out.
      return hasHeader ? zlib.createInflate() : zlib.createInflateRaw();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'zstd':
      return zlib.createZstdDecompress();
    default:
      return undefined;
  }
}

/** RFC 1950 §2.2: method 8, and a check value that makes the two bytes a multiple of 31. */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

/** Copies, because a piece is valid only until the next one is asked for. */
async function* copiesOf(opening: Uint8Array, body: Exchange['body']): AsyncGenerator<Buffer> {
  yield Buffer.from(opening);
  for await (const piece of body) yield Buffer.from(piece);
}

async function* piecesOf(decoder: Decoder): Exchange['body'] {
  try {
    for await (const piece of decoder) yield piece;
  } catch (error) {
    if (error instanceof HttpFault) throw error;
    throw new HttpFault(
      'protocol',
      `the server compressed the file, and it cannot be read: ${messageOf(error)}`,
      error,
    );
  }
}
