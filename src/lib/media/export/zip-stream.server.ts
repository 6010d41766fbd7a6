import { crc32 } from 'node:zlib';
import { throwIfAborted } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { headerBytes, slicesOf, type ZipEntry, type ZipLayout, type ZipSlice } from './zip-layout.ts';

/** A file of an archive, wherever its bytes are. */
export interface ZipSource extends ZipEntry {
  /** Changes with the content. */
  version: string;
  /** Of the content; asked for when the entry's header is about to be sent, so it may take a reading of the file. */
  crc32(signal: AbortSignal): Promise<number>;
  /** The content from `start` to `end`, both included. Cancelling the stream must close the file. */
  open(range: { start: number; end: number }): Promise<ReadableStream<Uint8Array>>;
  /** The bytes are not those of which `crc32` was given. */
  onChanged?(): Promise<void>;
}

/**
 * The bytes of an archive from `start` to `end`, read only as fast as they are consumed, one file open at a time. A consumer
 * that leaves cancels what is being read, and no further file is opened.
 */
export function zipStream(
  layout: ZipLayout,
  sources: readonly ZipSource[],
  range: { start: number; end: number },
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const leaving = new AbortController();
  const ending = AbortSignal.any([leaving.signal, ...(signal ? [signal] : [])]);
  const pieces = piecesOf(layout, sources, range, ending);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        throwIfAborted(signal);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => leaving.abort(),
    },
    { highWaterMark: 0 },
  );
}

async function* piecesOf(
  layout: ZipLayout,
  sources: readonly ZipSource[],
  range: { start: number; end: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  for (const slice of slicesOf(layout, range)) {
    if (signal.aborted) return;
    const { part, from, to } = slice;
    const source = part.kind === 'end' ? undefined : sources[part.entry];
    if (source && part.kind === 'content') yield* contentOf(source, slice, signal);
    else yield headerBytes(layout, part, (await source?.crc32(signal)) ?? 0).subarray(from, to + 1);
  }
}

/** @throws ReelError `integrity` where the file has changed since its CRC-32 was sent: the archive would not open */
async function* contentOf(source: ZipSource, { part, from, to }: ZipSlice, signal: AbortSignal) {
  let crc = 0;
  let received = 0;
  for await (const piece of readUntilLeft(await source.open({ start: from, end: to }), signal)) {
    crc = crc32(piece, crc);
    received += piece.length;
    yield piece;
  }
  if (signal.aborted) return;
  const isWhole = from === 0 && to === part.sizeBytes - 1;
  const isSame = received === to - from + 1 && (!isWhole || crc === (await source.crc32(signal)));
  if (isSame) return;
  await source.onChanged?.();
  throw new ReelError('integrity', `${source.name} was changed while the archive was sent. Export it again.`, {
    stage: 'recording',
    retryable: true,
  });
}

/** Closes the file as soon as the consumer leaves, also amid a read: one from a distant store may take for ever. */
async function* readUntilLeft(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', leave, { once: true });
  // While the file was being opened.
  if (signal.aborted) leave();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    yield value;
  }
  signal.removeEventListener('abort', leave);
}
