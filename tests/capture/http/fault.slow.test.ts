import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type CaptureOptions, captureAsset } from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { type FaultServer, serve, startFaultServer } from '../../fixtures/wire/fault-server.ts';
import { selfSignedCertificate } from '../../fixtures/wire/self-signed.ts';

const trusted = getCACertificates('default');
const certificate = selfSignedCertificate();
let video: Buffer;
let server: Server;
let plain: FaultServer;
let folder: string;
let requests = 0;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 12 * 1024 * 1024 });
  folder = mkdtempSync(join(tmpdir(), 'reelkeep-tls-'));
  server = createServer(certificate, (request, response) => {
    requests += 1;
    if (request.url === '/to-plain-http') {
      response.writeHead(302, { location: plain.url('/v.mp4?Signature=s3cret') }).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${start}-${video.length - 1}/${video.length}` };
    response.writeHead(start > 0 ? 206 : 200, {
      etag: '"v1"',
      'content-length': video.length - start,
      ...(start > 0 && range),
    });
    response.end(video.subarray(start));
  });
  plain = await startFaultServer(serve(video));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await plain.close();
  setDefaultCACertificates(trusted);
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function portOf(listening: { address(): string | AddressInfo | null }): number {
  const address = listening.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

function capture(name: string, options: CaptureOptions = {}, path = '/v.mp4') {
  return captureAsset({ url: `https://127.0.0.1:${portOf(server)}${path}` }, join(folder, name), {
    format: mp4,
    allowPrivateNetwork: true,
    clock: new FakeClock(),
    ...options,
  });
}

test('a server that cannot prove its name is not asked for anything, and not retried', async () => {
  const error = await capture('untrusted.mp4').catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'network', retryable: false, message: expect.stringContaining('certificate') });
  expect(requests).toBe(0);
});

// A TLS socket delivers records after it was paused. With a single read buffer the bytes that were being hashed changed.
test('every byte of a large file arrives over TLS as it was sent', async () => {
  setDefaultCACertificates([...trusted, certificate.cert]);
  const sha256 = createHash('sha256').update(video).digest('hex');
  const results = await Promise.all([1, 2].map((n) => capture(`${n}.mp4`, { expected: { sha256 } })));
  expect(results.map(({ attempts }) => attempts)).toEqual([1, 1]);
  expect(readFileSync(join(folder, '1.mp4')).equals(video)).toBe(true);
});

describe('one passing fault of TLS is waited through like a reset', () => {
  /** Stands between the capture and the server; harms the first connection only. */
  async function relay(
    harm: (fromServer: Buffer, client: Socket, seenBytes: number) => Buffer | undefined,
  ): Promise<number> {
    let connections = 0;
    const between = createTcpServer((client) => {
      connections += 1;
      const isFirst = connections === 1;
      const upstream = connectTcp(portOf(server), '127.0.0.1');
      let seenBytes = 0;
      client.pipe(upstream);
      upstream.on('data', (piece) => {
        const passed = isFirst ? harm(piece, client, seenBytes) : piece;
        seenBytes += piece.length;
        if (passed && !client.destroyed) client.write(passed);
      });
      upstream.on('end', () => client.end());
      for (const socket of [client, upstream]) socket.on('error', () => {});
      client.on('close', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void between.close());
    return portOf(between);
  }

  const MIDDLE = 5 * 1024 * 1024;
  // A fatal alert in plain text, as a middlebox writes it: level 2, `handshake_failure` or `internal_error`.
  const alert = (code: number) => Buffer.from([0x15, 3, 3, 0, 2, 2, code]);
  const ended = new WeakSet<Socket>();
  const once = (client: Socket, last: Buffer) => {
    if (!ended.has(client)) client.end(last);
    ended.add(client);
    return undefined;
  };
  const faults: Array<[string, boolean, Parameters<typeof relay>[0]]> = [
    [
      'a byte that is flipped in mid-body',
      true,
      (piece, _client, seen) => {
        const at = MIDDLE - seen;
        if (at < 0 || at >= piece.length) return piece;
        const changed = Buffer.from(piece);
        changed[at] = (changed[at] ?? 0) ^ 1;
        return changed;
      },
    ],
    ['an alert in mid-body', true, (piece, client, seen) => (seen < MIDDLE ? piece : once(client, alert(80)))],
    ['an alert in place of the handshake', false, (_piece, client) => once(client, alert(40))],
    ['no TLS at all', false, (_piece, client) => once(client, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['a cut handshake', false, (_piece, client) => once(client, Buffer.alloc(0))],
    [
      'a record of a type that there is not',
      true,
      (piece, client, seen) => (seen < MIDDLE ? piece : once(client, Buffer.from([99, 3, 3, 0, 1, 0]))),
    ],
  ];
  test.each(faults)('%s', async (name, isInBody, harm) => {
    setDefaultCACertificates([...trusted, certificate.cert]);
    const port = await relay(harm);
    const codes: string[] = [];
    const onProgress: CaptureOptions['onProgress'] = (report) =>
      report.stage === 'retrying' && codes.push(`${report.code}`);
    const path = join(folder, `${name.replaceAll(' ', '-')}.mp4`);
    const options = { format: mp4, allowPrivateNetwork: true, clock: new FakeClock(), onProgress };
    const result = await captureAsset({ url: `https://127.0.0.1:${port}/v.mp4` }, path, options);
    expect(result.attempts).toBe(2);
    expect(codes).toEqual(['network']);
    if (isInBody) expect(result.resumedFrom).toBeGreaterThan(1024 * 1024);
    expect(readFileSync(path).equals(video)).toBe(true);
  });
});

test('a redirect from https to plain http is refused before it is followed', async () => {
  setDefaultCACertificates([...trusted, certificate.cert]);
  const error = await capture('downgraded.mp4', {}, '/to-plain-http').catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'blocked-address', retryable: false });
  expect(String(error)).toContain('plain http');
  expect(String(error)).not.toContain('s3cret');
  expect(plain.connections()).toBe(0);
});
