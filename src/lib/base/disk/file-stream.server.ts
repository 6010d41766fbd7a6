import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of a file from `start` to `end`, both included, read only as fast as they are consumed. Closes the file at the
 * end, or when the stream is cancelled. A file truncated meanwhile ends in an error, not as if it were complete.
 * @param onClose called once, just before the file is closed
 */
export function streamFile(
  handle: FileHandle,
  { start, end }: { start: number; end: number },
  onClose: () => void = () => {},
): ReadableStream<Uint8Array> {
  let position = start;
  const close = async () => {
    onClose();
    await handle.close();
  };
  const readAt = (from: number, wanted: number) =>
    handle.read(new Uint8Array(Math.max(1, wanted)), 0, wanted, from).catch(async (error) => {
      await close();
      throw error;
    });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const wanted = Math.min(CHUNK_BYTES, end + 1 - position);
        const { bytesRead, buffer } = await readAt(position, wanted);
        position += bytesRead;
        if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
        if (position <= end && bytesRead > 0) return;
        await close();
        if (position <= end) controller.error(new Error('the file ended early'));
        else controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
