import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { exchange, type HttpCall } from '#lib/base/http/exchange.server.ts';
import { WanxClient } from '#lib/wanx/wanx-client.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { KEY, rejection } from '../../fixtures/wire/dashscope.ts';
import { FAILING_PROXIES } from '../../fixtures/wire/failing-proxies.ts';
import { type FaultServer, raw, type Step, silence, startFaultServer } from '../../fixtures/wire/fault-server.ts';
import { startProxy } from '../../fixtures/wire/proxy.ts';
import { selfSignedCertificate } from '../../fixtures/wire/self-signed.ts';

const HOST = 'dashscope.example.test';
const URL_ = `https://${HOST}/api/v1/tasks/1`;
const trusted = getCACertificates('default');
afterEach(() => setDefaultCACertificates(trusted));

async function scripted(...steps: Step[]): Promise<FaultServer> {
  const server = await startFaultServer(...steps);
  onTestFinished(() => server.close());
  return server;
}

/** Counts its requests; `cut` ends the connection in place of an answer. */
async function provider({ hostname = HOST, cut = false } = {}): Promise<{ port: number; seen: string[] }> {
  const certificate = selfSignedCertificate(hostname);
  const seen: string[] = [];
  const server = createServer(certificate, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host}`);
    if (cut) request.socket.destroy();
    else response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  setDefaultCACertificates([...trusted, certificate.cert]);
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, seen };
}

function call(port: number, more: Partial<HttpCall> = {}): HttpCall {
  const https = `http://jo:topsecret@127.0.0.1:${port}`;
  return { method: 'POST', url: URL_, headers: {}, body: '{}', timeoutMs: 20_000, proxy: { https }, ...more };
}

describe('a call to the provider through a proxy', () => {
  it('runs over TLS from end to end', async () => {
    const { port, seen } = await provider();
    const proxy = await startProxy({ routes: { [`${HOST}:443`]: port }, login: 'jo:topsecret' });
    expect(await exchange(call(proxy.port))).toMatchObject({ kind: 'answer', status: 200, body: { ok: true } });
    expect(proxy.asked).toEqual([`CONNECT ${HOST}:443`]);
    expect(seen).toEqual([`POST /api/v1/tasks/1 ${HOST}`]);
  });

  it('is not sent to a server with the certificate of another', async () => {
    const { port, seen } = await provider({ hostname: 'other.example.test' });
    const proxy = await startProxy({ routes: { [`${HOST}:443`]: port } });
    const failure = await exchange(call(proxy.port));
    expect(failure).toMatchObject({ surelyNotSent: true, cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(seen).toEqual([]);
  });

  it('may have arrived once the provider was reached', async () => {
    const { port, seen } = await provider({ cut: true });
    const proxy = await startProxy({ routes: { [`${HOST}:443`]: port } });
    expect(await exchange(call(proxy.port))).toMatchObject({ kind: 'failure', surelyNotSent: false });
    expect(seen).toHaveLength(1);
  });

  it('is not made when it was aborted on the way to the provider, and so never arrived', async () => {
    const proxy = await scripted(silence);
    const caller = new AbortController();
    const calling = exchange(call(proxy.port, { signal: caller.signal }));
    await expect.poll(() => proxy.requests.length).toBe(1);
    caller.abort();
    expect(await calling).toMatchObject({ reason: 'aborted', surelyNotSent: true });
  });

  it.each([
    ['breaks before TLS', raw('HTTP/1.1 200 OK\r\n\r\n')],
    ['sends something else than TLS', raw('HTTP/1.1 200 OK\r\n\r\nSSH-2.0-x\r\n')],
  ])('was surely not sent through a tunnel that %s', async (_name, step) => {
    const proxy = await scripted(step);
    const failure = await exchange(call(proxy.port));
    expect(failure).toMatchObject({ kind: 'failure', reason: 'network', surelyNotSent: true });
    expect(failure).toMatchObject({ message: expect.stringContaining(`The proxy 127.0.0.1:${proxy.port} broke`) });
  });

  it('is told to wait no longer than its own time for a proxy', async () => {
    const proxy = await scripted(silence);
    const failure = await exchange(call(proxy.port, { timeoutMs: 20 }));
    expect(failure).toMatchObject({ surelyNotSent: true, message: expect.stringContaining(`127.0.0.1:${proxy.port}`) });
  });
});

describe('a proxy that', () => {
  it.each(FAILING_PROXIES)('$name leaves no doubt about a purchase: $code', async (failing) => {
    const proxy = await scripted(failing.step);
    const clock = new FakeClock();
    const client = new WanxClient({
      apiKey: KEY,
      baseUrl: `https://${HOST}`,
      proxy: { https: `http://jo:topsecret@127.0.0.1:${proxy.port}` },
      requestTimeoutMs: failing.step === silence ? 20 : 20_000,
      clock,
    });
    const error = await rejection(client.submit({ prompt: 'a harbour' }));
    const { code, retryable, words } = failing;
    expect(error).toMatchObject({
      code,
      retryable,
      billable: 'no',
      stage: code === 'config' ? 'configuring' : 'submitting',
    });
    expect(error).toMatchObject({ message: expect.stringMatching(words) });
    expect(String(error)).toContain(`127.0.0.1:${proxy.port}`);
    expect(`${error} ${error instanceof Error ? error.stack : ''}`).not.toMatch(/topsecret|am86/);
    // What passes by itself is tried again, and nothing else.
    expect(clock.waits.length).toBe(retryable ? 3 : 0);
  });

  it('cannot be used is `config`, and nothing leaves', async () => {
    const proxy = { https: 'socks5://jo:topsecret@127.0.0.1:1' };
    const client = new WanxClient({ apiKey: KEY, baseUrl: `https://${HOST}`, proxy, clock: new FakeClock() });
    const error = await rejection(client.submit({ prompt: 'a harbour' }));
    expect(error).toMatchObject({ code: 'config', billable: 'no', message: expect.stringContaining('SOCKS') });
  });

  it('is no object is `invalid-input`, without its password', () => {
    const proxy = 'http://jo:topsecret@proxy.example' as never;
    const make = () => new WanxClient({ apiKey: KEY, proxy });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(make).not.toThrow(/topsecret/);
  });
});
