import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CaptureOptions, captureAsset } from '#lib/capture/capture.server.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';
import { type FaultServer, serve, startFaultServer } from '../fixtures/fault-server.ts';
import { makeMp4 } from '../fixtures/mp4.ts';
import { selfSignedCertificate } from '../fixtures/self-signed.ts';

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
    response.writeHead(200, { 'content-length': video.length }).end(video);
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

function capture(name: string, options: CaptureOptions = {}, path = '/v.mp4') {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return captureAsset({ url: `https://127.0.0.1:${port}${path}` }, join(folder, name), {
    allowPrivateNetwork: true,
    clock: new FakeClock(),
    ...options,
  });
}

test('a server that cannot prove its name is not asked for anything, and not retried', async () => {
  const error = await capture('untrusted.mp4').catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'network', retryable: false, message: expect.stringContaining('identity') });
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

test('a redirect from https to plain http is refused before it is followed', async () => {
  setDefaultCACertificates([...trusted, certificate.cert]);
  const error = await capture('downgraded.mp4', {}, '/to-plain-http').catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'blocked-address', retryable: false });
  expect(String(error)).toContain('plain http');
  expect(String(error)).not.toContain('s3cret');
  expect(plain.connections()).toBe(0);
});
