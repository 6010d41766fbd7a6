import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CaptureOptions } from '#lib/capture/capture.server.ts';
import type { CaptureProgress } from '#lib/capture/options/progress.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { FAILING_PROXIES } from '../../fixtures/wire/failing-proxies.ts';
import { answer, redirect, type Step, serve, silence, startFaultServer } from '../../fixtures/wire/fault-server.ts';
import { type ProxyOptions, startProxy, type TestProxy } from '../../fixtures/wire/proxy.ts';
import { selfSignedCertificate } from '../../fixtures/wire/self-signed.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 3 * 1024 * 1024 });
});
const it = useCaptureCase();
const trusted = getCACertificates('default');
afterEach(() => setDefaultCACertificates(trusted));

/** Only the proxy can resolve this name. */
const NAME = 'results.example.test';
const URL_ = `http://${NAME}/v.mp4?Expires=4000000000&Signature=s%2Bx`;

/** What the environment of a user behind such a proxy says: private addresses stay blocked. */
function behind(proxy: { port: number }, options: CaptureOptions = {}, login = ''): CaptureOptions {
  const address = `http://${login}127.0.0.1:${proxy.port}`;
  return { allowPrivateNetwork: false, proxy: { https: address, http: address }, ...options };
}

function proxyTo(port: number, options: Partial<ProxyOptions> = {}): Promise<TestProxy> {
  return startProxy({ routes: { [`${NAME}:80`]: port, [`${NAME}:443`]: port }, ...options });
}

async function secureServer(hostname: string): Promise<number> {
  const certificate = selfSignedCertificate(hostname);
  const server: Server = createServer(certificate, (_request, response) => {
    response.writeHead(200, { 'content-length': video.length }).end(video);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  setDefaultCACertificates([...trusted, certificate.cert]);
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const ECHO = answer(200, 'jo:topsecret is not welcome');

/** Must not be asked: the proxy resolves names. */
const resolve = () => Promise.reject(new Error('the name was resolved here'));

describe('a capture behind a proxy', () => {
  test('goes through a tunnel, and leaves the name to the proxy', async () => {
    it.server.script(serve(video));
    const proxy = await proxyTo(it.server.port);
    const result = await it.capture({ url: URL_ }, behind(proxy, { resolve }));
    expect(result).toMatchObject({ sizeBytes: video.length, attempts: 1 });
    expect(proxy.asked).toEqual([`CONNECT ${NAME}:80`]);
    expect(it.server.requests).toMatchObject([
      { target: '/v.mp4?Expires=4000000000&Signature=s%2Bx', headers: { host: NAME } },
    ]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('has a plain request passed on where there are no tunnels to port 80', async () => {
    it.server.script(serve(video));
    const proxy = await proxyTo(it.server.port, { onlySecureTunnels: true, login: 'jo:topsecret' });
    const options = behind(proxy, { resolve }, 'jo:topsecret@');
    expect(await it.capture({ url: URL_, headers: { 'x-own': 'mine' } }, options)).toMatchObject({ attempts: 1 });
    expect(proxy.asked).toEqual([`CONNECT ${NAME}:80`, `GET ${URL_}`]);
    expect(it.server.requests[0]?.headers).toMatchObject({ host: NAME, 'x-own': 'mine' });
  });

  test('shows its credentials to the proxy alone', async () => {
    it.server.script(serve(video));
    const proxy = await proxyTo(it.server.port, { login: 'jo:top:secret' });
    await it.capture({ url: URL_ }, behind(proxy, {}, 'jo:top%3Asecret@'));
    expect(it.server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test('resumes in a new tunnel what was cut in the first', async () => {
    it.server.script(serve(video, { cutAt: 1_000_000 }), serve(video));
    const proxy = await proxyTo(it.server.port);
    const result = await it.capture({ url: URL_ }, behind(proxy));
    expect(result.attempts).toBe(2);
    expect(result.resumedFrom).toBeGreaterThan(0);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test.each([
    ['plain', undefined],
    ['its own TLS', selfSignedCertificate()],
  ])('runs TLS from end to end, through a proxy with %s', async (_name, certificate) => {
    const port = await secureServer(NAME);
    if (certificate) setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
    const proxy = await proxyTo(port, certificate ? { certificate } : {});
    const https = `${certificate ? 'https' : 'http'}://127.0.0.1:${proxy.port}`;
    const options = { allowPrivateNetwork: false, proxy: { https }, resolve };
    expect(await it.capture({ url: `https://${NAME}/v.mp4` }, options)).toMatchObject({ attempts: 1 });
    expect(proxy.asked).toEqual([`CONNECT ${NAME}:443`]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('does not take the certificate of another name for the one it asked for', async () => {
    const proxy = await proxyTo(await secureServer('other.example.test'));
    const error = await it.failure({ url: `https://${NAME}/v.mp4` }, behind(proxy));
    expect(error).toMatchObject({ code: 'network', retryable: false });
    expect(error.message).toMatch(new RegExp(`certificate.*rejected.*127\\.0\\.0\\.1:${proxy.port}`));
  });

  test.each(['10.0.0.1', '169.254.169.254', '198.18.0.1', '[fc00::1]', '[64:ff9b::a00:1]'])(
    'still judges the address %s',
    async (host) => {
      const proxy = await startProxy({ routes: { [`${host}:80`]: it.server.port } });
      const error = await it.failure({ url: `http://${host}/v.mp4` }, behind(proxy));
      expect(error.code).toBe('blocked-address');
      expect(proxy.asked).toEqual([]);
    },
  );

  test('asks the proxy for a literal address that is public', async () => {
    it.server.script(serve(video));
    const proxy = await startProxy({ routes: { '8.8.8.8:80': it.server.port } });
    await it.capture({ url: 'http://8.8.8.8/v.mp4' }, behind(proxy));
    expect(proxy.asked).toEqual(['CONNECT 8.8.8.8:80']);
  });

  test.each(['127.0.0.1', 'localhost'])('never asks it for %s', async (host) => {
    it.server.script(serve(video));
    const url = `http://${host}:${it.server.port}/v.mp4`;
    const proxy = await startProxy({ routes: { [`${host}:${it.server.port}`]: it.server.port } });
    expect(await it.failure({ url }, behind(proxy))).toMatchObject({ code: 'blocked-address' });
    await it.capture({ url }, behind(proxy, { allowPrivateNetwork: true }));
    expect(proxy.asked).toEqual([]);
  });

  test('goes around it where NO_PROXY says so', async () => {
    const proxy = await proxyTo(it.server.port);
    const { proxy: settings } = behind(proxy);
    const options = { allowPrivateNetwork: false, proxy: { ...settings, noProxy: '.example.test' } };
    const own = async () => [{ address: '10.0.0.1', family: 4 }];
    expect(await it.failure({ url: URL_ }, { ...options, resolve: own })).toMatchObject({ code: 'blocked-address' });
    expect(proxy.asked).toEqual([]);
  });

  test('chooses anew for every hop of a redirect, and judges it', async () => {
    it.server.script(redirect('http://10.0.0.1/private'));
    const proxy = await startProxy({ routes: { [`${NAME}:80`]: it.server.port, '10.0.0.1:80': it.server.port } });
    expect(await it.failure({ url: URL_ }, behind(proxy))).toMatchObject({ code: 'blocked-address' });
    expect(proxy.asked).toEqual([`CONNECT ${NAME}:80`]);
  });
});

describe('a capture whose proxy', () => {
  const PASSING = FAILING_PROXIES.filter(({ retryable }) => retryable);
  const FINAL = FAILING_PROXIES.filter(({ retryable }) => !retryable);
  const secure = `https://${NAME}/v.mp4?Signature=s3cret`;
  const fast = { connectTimeoutMs: 20_000 };

  test.each(FINAL)('$name fails at once: $code', async ({ step, code, words }) => {
    it.server.script(step);
    const error = await it.failure({ url: secure }, behind(it.server, fast, 'jo:topsecret@'));
    expect(error).toMatchObject({ code, retryable: false, message: expect.stringMatching(words) });
    expect(error.message).toContain(`The proxy 127.0.0.1:${it.server.port}`);
    expect(String(error)).not.toMatch(/topsecret|s3cret/);
    expect(it.clock.waits).toEqual([]);
  });

  test.each(PASSING)('$name is tried again, and says so', async ({ step, words }) => {
    it.server.script(step);
    const connectTimeoutMs = step === silence ? 20 : 20_000;
    const reasons = await reasonsUntilStopped((onProgress, signal) =>
      it.failure({ url: secure }, behind(it.server, { connectTimeoutMs, onProgress, signal }, 'jo:topsecret@')),
    );
    expect(reasons[0]).toMatch(words);
    expect(reasons[0]).toContain(`The proxy 127.0.0.1:${it.server.port}`);
    expect(reasons.join()).not.toMatch(/topsecret|s3cret/);
  });

  test('opens the tunnel and then breaks it is named', async () => {
    const broken = await startFaultServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    onTestFinished(() => broken.close());
    const reasons = await reasonsUntilStopped((onProgress, signal) =>
      it.failure({ url: secure }, behind(broken, { onProgress, signal })),
    );
    expect(reasons[0]).toContain(`(through the proxy 127.0.0.1:${broken.port})`);
  });

  test.each<[string, Step[], string]>([
    ['wants a password only for a plain request', [answer(403), answer(407)], 'config'],
    ['repeats the password in an error page', [answer(405), ECHO, answer(405), ECHO], 'not-a-video'],
  ])('%s is answered with `$2`', async (_name, steps, code) => {
    it.server.script(...steps);
    const error = await it.failure({ url: URL_ }, behind(it.server, {}, 'jo:topsecret@'));
    expect(error.code).toBe(code);
    expect(String(error)).not.toContain('topsecret');
  });

  test('is a SOCKS proxy is refused as `config`', async () => {
    const proxy = { https: 'socks5://jo:topsecret@127.0.0.1:1080' };
    const error = await it.failure({ url: secure }, { allowPrivateNetwork: false, proxy });
    expect(error).toMatchObject({ code: 'config', retryable: false, message: expect.stringContaining('SOCKS') });
    expect(String(error)).not.toContain('topsecret');
  });
});

/** Why a capture was tried again, up to its second wait, where it is stopped. */
async function reasonsUntilStopped(
  capture: (onProgress: (progress: CaptureProgress) => void, signal: AbortSignal) => Promise<unknown>,
): Promise<string[]> {
  const stop = new AbortController();
  const reasons: string[] = [];
  await capture((progress) => {
    if (progress.stage !== 'retrying') return;
    reasons.push(progress.reason);
    if (reasons.length === 2) stop.abort();
  }, stop.signal);
  return reasons;
}
