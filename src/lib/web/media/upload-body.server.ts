import type { IncomingMessage } from 'node:http';
import type { RequestEvent } from '@sveltejs/kit';

/**
 * The body of an upload, read only as fast as it is consumed. On the built server the front door keeps it from the adapter,
 * whose limit for bodies is for everything else.
 */
export function uploadBody({ request, platform }: Pick<RequestEvent, 'request' | 'platform'>) {
  return request.body ?? (platform ? streamOf(platform.req) : null);
}

/** Cancelling it leaves the connection open, over which the answer is still to be sent. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
