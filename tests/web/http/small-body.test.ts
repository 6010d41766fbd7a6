import { describe, expect, it } from 'vitest';
import { readSmallBody } from '#lib/web/http/small-body.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const LIMIT_BYTES = 16 * 1024;

/** A body that counts how often it is read, and tells when it is given up. */
function bodyOf(chunks: Iterable<Uint8Array>) {
  const state = { read: 0, isCanceled: false };
  const source = chunks[Symbol.iterator]();
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const { done, value } = source.next();
        if (done) return controller.close();
        state.read += 1;
        controller.enqueue(value);
      },
      cancel: () => {
        state.isCanceled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, stream };
}

function post(body: ReadableStream<Uint8Array>, headers: Record<string, string> = {}): Request {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' };
  return new Request('http://localhost/', init);
}

function* endless() {
  for (;;) yield new Uint8Array(1024);
}

describe('a body', () => {
  it('is read whole up to 16 KiB, also where a character is split', async () => {
    const bytes = new TextEncoder().encode('é'.repeat(LIMIT_BYTES / 2));
    const { stream } = bodyOf([bytes.subarray(0, 1001), bytes.subarray(1001)]);
    expect(await readSmallBody(post(stream))).toBe('é'.repeat(LIMIT_BYTES / 2));
    expect(await readSmallBody(new Request('http://localhost/', { method: 'POST' }))).toBe('');
  });

  it('that never ends is left at 16 KiB, and not cancelled: that would close the connection', async () => {
    const { stream, state } = bodyOf(endless());
    expect(await rejection(readSmallBody(post(stream)))).toMatchObject({ problem: 'too-large' });
    expect(state).toEqual({ read: 17, isCanceled: false });
  });

  it('that says it is large is not read at all', async () => {
    const { stream, state } = bodyOf(endless());
    const request = post(stream, { 'content-length': String(LIMIT_BYTES + 1) });
    expect(await rejection(readSmallBody(request))).toMatchObject({ problem: 'too-large' });
    expect(state.read).toBe(0);
  });

  it('that says it is small is believed only as far as it goes', async () => {
    const { stream } = bodyOf(endless());
    const request = post(stream, { 'content-length': '10' });
    expect(await rejection(readSmallBody(request))).toMatchObject({ problem: 'too-large' });
  });
});
