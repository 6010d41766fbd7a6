import { createServer, request as sendRequest } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type GuardProxyOptions, startGuardProxy } from '#lib/scrape/video-downloader/network/guard-proxy.server.ts';

async function proxyWith(options: Partial<GuardProxyOptions> = {}) {
  const proxy = await startGuardProxy({ allowPrivateNetwork: false, ...options });
  onTestFinished(() => proxy.close());
  return proxy;
}

interface Answer {
  status: number;
  body: string;
  isWhole: boolean;
  headers: Record<string, unknown>;
}

/** A GET through the proxy, as yt-dlp sends it for plain http. */
function get(proxyUrl: string, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = new URL(proxyUrl);
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest({
      host: '127.0.0.1',
      port,
      path: url,
      headers: { host: new URL(url).host, ...headers },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      let body = '';
      answer.setEncoding('latin1').on('data', (piece) => (body += piece));
      answer.on('error', () => {});
      answer.on('close', () =>
        resolve({ status: answer.statusCode ?? 0, body, isWhole: answer.complete, headers: answer.headers }),
      );
    });
    outgoing.end();
  });
}

/** A CONNECT through the proxy. Resolves with its first line, and the socket behind it. */
function open(proxyUrl: string, authority: string): Promise<{ line: string; socket: Socket }> {
  const { port } = new URL(proxyUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.once('error', reject);
    socket.once('data', (piece) => resolve({ line: piece.toString().split('\r\n')[0] ?? '', socket }));
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  });
}

async function site(handler: Parameters<typeof createServer>[1]) {
  const server = createServer(handler);
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    }),
  );
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, port };
}

describe('what leads into a private network', () => {
  const rebound = async () => [{ address: '10.0.0.7', family: 4 }];

  it.each([
    ['a literal address', 'http://127.0.0.1:1/x', {}],
    ['an odd spelling', 'http://0x7f.1:1/x', {}],
    ['IPv6', 'http://[::1]:1/x', {}],
    ['the metadata of a cloud', 'http://169.254.169.254/latest', {}],
    ['a name that resolves to one', 'http://rebound.example/x', { resolve: rebound }],
  ])('is refused: %s', async (_what, url, options) => {
    const proxy = await proxyWith(options);
    expect((await get(proxy.url, url)).status).toBe(403);
    expect(proxy.traffic.blocked).toMatchObject({ code: 'blocked-address' });
  });

  it.each([
    ['a literal address', '127.0.0.1:443', {}],
    ['IPv6', '[::1]:443', {}],
    ['a name that resolves to one', 'rebound.example:443', { resolve: rebound }],
  ])('is refused over TLS: %s', async (_what, authority, options) => {
    const proxy = await proxyWith(options);
    expect((await open(proxy.url, authority)).line).toContain(' 403 ');
    expect(proxy.traffic.blocked).toMatchObject({ code: 'blocked-address' });
  });

  it('is reached where that is allowed', async () => {
    const { url } = await site((_request, response) => response.end('hello'));
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    expect(await get(proxy.url, `${url}/x`)).toMatchObject({ status: 200, body: 'hello' });
    expect(proxy.traffic).toMatchObject({ requests: 1, bytesReceived: 5, blocked: undefined });
  });
});

describe('a request', () => {
  it('may carry a body', async () => {
    const { url } = await site((request, response) => void request.pipe(response));
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    const { port } = new URL(proxy.url);
    const body = await new Promise<string>((resolve, reject) => {
      const outgoing = sendRequest({ host: '127.0.0.1', port, path: url, method: 'POST' });
      outgoing.on('error', reject).on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece) => (text += piece));
        answer.on('end', () => resolve(text));
      });
      outgoing.end('question');
    });
    expect(body).toBe('question');
  });

  it('arrives byte for byte, without what was meant for the proxy', async () => {
    let seen: unknown;
    const { url } = await site((request, response) => {
      seen = { path: request.url, auth: request.headers['proxy-authorization'], mine: request.headers['x-mine'] };
      response.end();
    });
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    await get(proxy.url, `${url}/a//b?x='%7E`, { 'Proxy-Authorization': 'Basic x', 'X-Mine': '1' });
    expect(seen).toEqual({ path: "/a//b?x='%7E", auth: undefined, mine: '1' });
  });

  it('that is no http URL is refused', async () => {
    const proxy = await proxyWith();
    expect((await get(proxy.url, 'ftp://a.example/')).status).toBe(400);
  });

  it('goes to the proxy behind this one', async () => {
    let seen: unknown;
    const { url } = await site((request, response) => {
      seen = { path: request.url, auth: request.headers['proxy-authorization'] };
      response.end('by proxy');
    });
    const proxy = await proxyWith({ proxy: { http: url.replace('://', '://me:pw@') } });
    expect((await get(proxy.url, 'http://a.example/x?y')).body).toBe('by proxy');
    expect(seen).toEqual({ path: 'http://a.example/x?y', auth: `Basic ${btoa('me:pw')}` });
  });
});

describe('an answer', () => {
  it('that was cut is cut on this side, too', async () => {
    const { url } = await site((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('x'.repeat(100), () => response.destroy());
    });
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    expect(await get(proxy.url, url)).toMatchObject({ isWhole: false });
  });

  it('that never comes reads as a fault of the gateway', async () => {
    const { url } = await site((request) => request.socket.destroy());
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    expect((await get(proxy.url, url)).status).toBe(502);
    expect(proxy.traffic.blocked).toBeUndefined();
  });

  it.each([
    ['a status', 'HTTP/1.1 200 O\u0001K\r\nContent-Length: 2\r\n\r\nhi'],
    ['a header', 'HTTP/1.1 200 OK\r\nX-Odd: a\u007fb\r\nContent-Length: 2\r\n\r\nhi'],
    ['a line', 'HELLO\r\n\r\n'],
  ])('with %s that nobody writes does no harm', async (_what, text) => {
    const odd = createTcpServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end(Buffer.from(text, 'latin1')));
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void odd.close());
    const address = odd.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    expect([200, 502]).toContain((await get(proxy.url, `http://127.0.0.1:${port}/`)).status);
    const { url } = await site((_request, response) => response.end('fine'));
    expect((await get(proxy.url, url)).body).toBe('fine');
  });

  it('that is larger than allowed ends everything', async () => {
    const { url } = await site((_request, response) => response.end('x'.repeat(5000)));
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    proxy.traffic.mostBytes = 1000;
    await get(proxy.url, url).catch(() => {});
    expect(proxy.traffic.isExhausted).toBe(true);
    const after = await get(proxy.url, url).catch(() => undefined);
    expect(after?.status ?? 502).toBe(502);
  });
});

describe('a tunnel', () => {
  it('carries bytes both ways, and counts those that come', async () => {
    const echo = createTcpServer((socket) => socket.on('error', () => {}).pipe(socket));
    const port = await new Promise<number>((resolve) =>
      echo.listen(0, '127.0.0.1', () => {
        const address = echo.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      }),
    );
    onTestFinished(() => void echo.close());
    const proxy = await proxyWith({ allowPrivateNetwork: true });
    const { line, socket } = await open(proxy.url, `127.0.0.1:${port}`);
    expect(line).toContain(' 200 ');
    const answer = new Promise<string>((resolve) => socket.once('data', (piece) => resolve(piece.toString())));
    socket.write('ping');
    expect(await answer).toBe('ping');
    expect(proxy.traffic.bytesReceived).toBe(4);
  });
});
