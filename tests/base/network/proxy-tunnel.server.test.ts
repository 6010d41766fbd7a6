import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProxyServer } from '#lib/base/network/proxy.server.ts';
import { openTunnel, refusesTunnels } from '#lib/base/network/proxy-tunnel.server.ts';
import { FAILING_PROXIES } from '../../fixtures/wire/failing-proxies.ts';
import { type FaultServer, raw, silence, startFaultServer } from '../../fixtures/wire/fault-server.ts';

const TARGET = { secure: true, hostname: 'results.example', port: 443 };
const CREDENTIALS = { user: 'jo', password: 'topsecret' };
let server: FaultServer;
afterEach(() => server.close());

function proxyAt(port: number): ProxyServer {
  return { secure: false, hostname: '127.0.0.1', port, display: `127.0.0.1:${port}`, credentials: CREDENTIALS };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error('the tunnel was opened')),
    (error) => error,
  );
}

describe('a proxy that', () => {
  test.each(FAILING_PROXIES)('$name is `$code`, by its name and without its password', async (failing) => {
    server = await startFaultServer(failing.step);
    // Of the silent one alone this is waited for.
    const timeoutMs = failing.step === silence ? 20 : 20_000;
    const error = await failureOf(openTunnel(proxyAt(server.port), TARGET, { timeoutMs }));
    const { code, retryable, words } = failing;
    expect(error).toMatchObject({ name: 'ReelError', code, retryable, message: expect.stringMatching(words) });
    expect(error.message).toContain(`The proxy 127.0.0.1:${server.port} `);
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toMatch(/topsecret|am86/);
    expect(refusesTunnels(error)).toBe(failing.mayPassOn ?? false);
  });

  test('is not there is named too', async () => {
    server = await startFaultServer();
    await server.close();
    const error = await failureOf(openTunnel(proxyAt(server.port), TARGET, { timeoutMs: 20_000 }));
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(error.message).toMatch(/127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED.*HTTPS_PROXY/);
  });

  test('is left as soon as its caller is', async () => {
    server = await startFaultServer(silence);
    const caller = new AbortController();
    const opening = openTunnel(proxyAt(server.port), TARGET, { timeoutMs: 20_000, signal: caller.signal });
    caller.abort();
    expect(await failureOf(opening)).toMatchObject({ code: 'aborted' });
    const late = openTunnel(proxyAt(server.port), TARGET, { timeoutMs: 20_000, signal: caller.signal });
    expect(await failureOf(late)).toMatchObject({ code: 'aborted' });
  });
});

test('the request is a CONNECT with credentials, and the bytes behind the answer are the first of the target', async () => {
  server = await startFaultServer(raw('HTTP/1.0 200 Connection established\r\nContent-Length: 7\r\n\r\nfirst, then'));
  const socket = await openTunnel(proxyAt(server.port), TARGET, { timeoutMs: 20_000 });
  const pieces = await socket.toArray();
  expect(Buffer.concat(pieces).toString()).toBe('first, then');
  expect(server.requests).toMatchObject([
    {
      method: 'CONNECT',
      target: 'results.example:443',
      headers: {
        host: 'results.example:443',
        'proxy-authorization': `Basic ${Buffer.from('jo:topsecret').toString('base64')}`,
      },
    },
  ]);
});

test('an IPv6 target is written in brackets', async () => {
  server = await startFaultServer(raw('HTTP/1.1 200 OK\r\n\r\n'));
  const target = { secure: true, hostname: '2606:4700::1111', port: 8443 };
  const socket = await openTunnel(proxyAt(server.port), target, { timeoutMs: 20_000 });
  socket.destroy();
  expect(server.requests[0]).toMatchObject({ target: '[2606:4700::1111]:8443' });
});

test('an answer in many pieces is put together', async () => {
  server = await startFaultServer((socket) => {
    socket.setNoDelay(true);
    const send = (left: string) => {
      if (left === '') return;
      socket.write(left.slice(0, 1), () => setImmediate(send, left.slice(1)));
    };
    send('HTTP/1.1 200 OK\r\nVia: p\r\n\r\nhello');
  });
  const socket = await openTunnel(proxyAt(server.port), TARGET, { timeoutMs: 20_000 });
  let text = '';
  for await (const piece of socket) {
    text += piece;
    if (text.length >= 5) break;
  }
  expect(text).toBe('hello');
});

test('a connection that breaks when the tunnel is open does not end the process', async () => {
  server = await startFaultServer();
  const plain = createServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n', () => socket.resetAndDestroy()));
  });
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const address = plain.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const outcome = await openTunnel(proxyAt(port), TARGET, { timeoutMs: 20_000 }).catch((error: Error) => error);
  if (!(outcome instanceof Error)) {
    outcome.resume();
    await new Promise((resolve) => outcome.once('close', resolve));
  }
  await new Promise((resolve) => plain.close(resolve));
});
