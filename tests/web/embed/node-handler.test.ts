import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toNodeHandler } from '#lib/web/index.ts';

/** A Node server with one function behind it. */
async function serve(answer: (request: Request) => Response | Promise<Response>) {
  const server = createServer(toNodeHandler(answer)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}` };
}

describe('a function of web requests, behind a Node server', () => {
  it('gets method, address and headers, and its answer arrives', async () => {
    const seen: Request[] = [];
    const { origin, port } = await serve((request) => {
      seen.push(request);
      const headers = new Headers({ etag: '"x"', 'set-cookie': 'a=1' });
      headers.append('set-cookie', 'b=2');
      return new Response('part', { status: 206, headers });
    });
    const response = await fetch(`${origin}/videos/a%20b.mp4?v=1`, { headers: { range: 'bytes=0-3' } });
    expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([206, '"x"', 'part']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(seen[0]?.url).toBe(`http://127.0.0.1:${port}/videos/a%20b.mp4?v=1`);
    expect([seen[0]?.method, seen[0]?.headers.get('range')]).toEqual(['GET', 'bytes=0-3']);
  });

  it('gets the body of what changes something', async () => {
    const { origin } = await serve(async (request) => Response.json({ got: await request.json() }));
    const response = await fetch(origin, { method: 'POST', body: JSON.stringify({ era: '1900' }) });
    expect(await response.json()).toEqual({ got: { era: '1900' } });
  });

  it('answers HEAD and 304 without a body', async () => {
    const { origin } = await serve(({ method }) => new Response(null, { status: method === 'HEAD' ? 200 : 304 }));
    expect((await fetch(origin, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(origin)).status).toBe(304);
  });

  it('waits for a slow reader, and sends every byte', async () => {
    const size = 8 * 1024 * 1024;
    let pulled = 0;
    const { origin } = await serve(() => {
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        if (pulled === size) return controller.close();
        pulled += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(7));
      };
      return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
    });
    const got = await new Promise<number>((resolve, reject) => {
      request(origin, (response) => {
        let bytes = 0;
        expect(pulled).toBeLessThan(size);
        response.on('data', (chunk: Buffer) => (bytes += chunk.byteLength)).on('end', () => resolve(bytes));
      })
        .on('error', reject)
        .end();
    });
    expect(got).toBe(size);
  });

  it('ends the request and its body when the client leaves', async () => {
    const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
    const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
    const { origin } = await serve(({ signal }) => {
      signal.addEventListener('abort', () => abort());
      return new Response(
        new ReadableStream({ start: (one) => one.enqueue(Uint8Array.of(1)), cancel: () => cancel() }),
      );
    });
    const leaving = new AbortController();
    await fetch(origin, { signal: leaving.signal });
    leaving.abort();
    await Promise.all([cancelled, aborted]);
  });

  it('cuts the connection when the answer breaks off, so that nobody takes a part for the whole', async () => {
    const { origin } = await serve(() => {
      const pull = (one: ReadableStreamDefaultController<Uint8Array>) => one.error(new Error('the disk failed'));
      const start = (one: ReadableStreamDefaultController<Uint8Array>) => one.enqueue(Uint8Array.of(1));
      return new Response(new ReadableStream({ start, pull }, { highWaterMark: 0 }));
    });
    await expect(fetch(origin).then((response) => response.text())).rejects.toThrow();
  });

  it('refuses a Host that is none', async () => {
    const { port } = await serve(() => new Response('x'));
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end('GET / HTTP/1.1\r\nHost: a b\r\n\r\n'));
      socket.once('data', (bytes) => resolve(String(bytes)));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  it('passes what is thrown on to the next handler, as Express expects', async () => {
    const failing = toNodeHandler(() => Promise.reject(new Error('oops')));
    const errors: unknown[] = [];
    const server = createServer((incoming, outgoing) => {
      void failing(incoming, outgoing, (error) => {
        errors.push(error);
        outgoing.writeHead(500).end();
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    expect((await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).status).toBe(500);
    expect(errors).toEqual([new Error('oops')]);
  });
});
