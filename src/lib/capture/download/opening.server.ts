import { ReelError } from '#lib/base/errors.ts';
import { describeOtherBody, EXCERPT_BYTES } from '#lib/capture/check/body-sniff.ts';
import { type AssetFormat, oneOf } from '#lib/capture/formats/asset-format.ts';
import type { Answer, RemoteFacts } from '#lib/capture/http/answer.ts';
import type { Exchange } from '#lib/capture/http/exchange.server.ts';
import { HttpFault } from '#lib/capture/http/fault.ts';
import type { CaptureSettings } from '#lib/capture/types.ts';
import type { Link } from './link.server.ts';
import { Setback } from './setback.ts';

interface Context {
  link: Link;
  settings: CaptureSettings;
  isCompressed?: boolean;
}

/** A body that begins as the format does. */
export interface Opened {
  /** Its `body` gives what follows the opening. */
  exchange: Exchange;
  opening: Uint8Array;
  /** What is known about the bytes of this body. */
  facts: RemoteFacts;
}

/**
 * Reads just enough of a body to know that it begins as its format does, before anything is thrown away for it. A file
 * that the server has compressed is asked for once more, because only a plain one can be resumed and compared with its
 * checksum; the second time its compression is taken off.
 * @throws Setback, HttpFault; ReelError `not-a-video`
 */
export async function openBody(
  exchange: Exchange,
  context: Context,
  { facts, doubt }: Extract<Answer, { kind: 'whole' }>,
): Promise<Opened> {
  const { format } = context.settings;
  const opening = await readOpening(exchange, format);
  if (format.startsLike(opening)) return { exchange, opening, facts };
  const plain = context.isCompressed ? await openCompressed(exchange, opening, facts, format) : undefined;
  if (plain) return plain;
  context.isCompressed = (facts.coding ?? codingOf(opening)) !== undefined;
  if (doubt !== undefined) throw new Setback('later', doubt, { status: exchange.head.status });
  const contentType = exchange.head.headers.get('content-type');
  const found = describeOtherBody(format, opening, contentType, (text) => context.link.secrets.clean(text));
  throw new ReelError('not-a-video', `The server did not send ${oneOf(format)}. ${found}`, { stage: 'downloading' });
}

async function openCompressed(
  exchange: Exchange,
  compressed: Uint8Array,
  { coding }: RemoteFacts,
  format: AssetFormat,
): Promise<Opened | undefined> {
  // Loaded here, zlib does not delay the request.
  const { decompressed } = await import('./decompressed.server.ts');
  const plain = decompressed(exchange, coding ?? codingOf(compressed), compressed);
  if (!plain) return undefined;
  const opening = await readOpening(plain, format);
  // Length, validators and checksum are those of the compressed bytes.
  return format.startsLike(opening) ? { exchange: plain, opening, facts: { coding } } : undefined;
}

async function readOpening(exchange: Exchange, format: AssetFormat): Promise<Uint8Array> {
  let opening: Uint8Array = Buffer.alloc(0);
  const enough = () => opening.length >= (format.startsLike(opening) ? format.sniffBytes : EXCERPT_BYTES);
  while (!enough()) {
    const { value, done } = await exchange.body.next();
    if (done) break;
    // A copy: the piece is a view of a buffer that the next read overwrites.
    opening = Buffer.concat([opening, value]);
  }
  // A body of a few bytes in chunks is a message.
  if (exchange.framing.kind === 'until-close') assertNotCut(exchange, opening.length, format.sniffBytes);
  return opening;
}

/** The coding by which a body begins, as of a file that is stored compressed; the others have no mark of their own. */
function codingOf(opening: Uint8Array): string | undefined {
  const mark = Buffer.from(opening.subarray(0, 4)).toString('hex');
  if (mark.startsWith('1f8b')) return 'gzip';
  return mark === '28b52ffd' ? 'zstd' : undefined;
}

/** A close or a last chunk is the end of a body only where no bytes are known to be missing. */
export function assertNotCut({ framing }: Exchange, gotBytes: number, leastBytes: number | undefined): void {
  if (framing.kind === 'length' || leastBytes === undefined || gotBytes >= leastBytes) return;
  const what = framing.kind === 'chunked' ? 'the last chunk came' : 'the connection closed';
  throw new HttpFault('cut', `${what} after ${gotBytes} bytes, ${leastBytes - gotBytes} too early`);
}
