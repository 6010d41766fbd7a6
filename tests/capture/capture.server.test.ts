import { createHash } from 'node:crypto';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { createCRC64 } from 'hash-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { useCaptureCase } from '../fixtures/capture-case.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { answer, serve } from '../fixtures/wire/fault-server.ts';

let video: Buffer;
let sha256: string;
let crc64: string;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 2_500_000, audio: true });
  sha256 = createHash('sha256').update(video).digest('hex');
  const hasher = await createCRC64();
  crc64 = BigInt(`0x${hasher.init().update(video).digest('hex')}`).toString();
});

const it = useCaptureCase();

describe('a capture that goes well', () => {
  test('puts the whole file at its path, says what proved it, and leaves nothing else', async () => {
    it.server.script(serve(video, { crc64 }));
    const result = await it.capture({}, { expected: { sha256: sha256.toUpperCase() } });
    expect(result).toEqual({
      localPath: it.finalPath,
      sizeBytes: video.length,
      sha256,
      verified: ['length', 'crc64', 'sha256', 'mp4'],
      resumedFrom: 0,
      attempts: 1,
      media: { durationSeconds: 2, width: 320, height: 180, hasAudio: true },
      mimeType: 'video/mp4',
    });
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(await it.files()).toEqual(['video.mp4']);
  });

  test('asks for the bytes as they are stored and for nothing else', async () => {
    it.server.script(serve(video));
    await it.capture();
    expect(it.server.requests[0]).toEqual({
      method: 'GET',
      target: '/video.mp4',
      headers: {
        host: `127.0.0.1:${it.server.port}`,
        accept: '*/*',
        'accept-encoding': 'identity',
        connection: 'close',
        'user-agent': 'reelkeep',
      },
    });
  });

  test('makes the folder that is missing', async () => {
    it.server.script(serve(video));
    const { captureAsset } = await import('#lib/capture/capture.server.ts');
    const path = `${it.folder}/a/b/c.mp4`;
    await captureAsset({ url: it.server.url() }, path, { format: mp4, allowPrivateNetwork: true });
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(path).equals(video)).toBe(true);
  });

  test('replaces an older file only at the end', async () => {
    writeFileSync(it.finalPath, 'older');
    it.server.script((socket, request) => {
      expect(it.finalBytes()?.toString()).toBe('older');
      serve(video)(socket, request);
    });
    await it.capture();
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('renames when its caller says so, with the verified file closed by then', async () => {
    writeFileSync(it.finalPath, 'older');
    it.server.script(serve(video));
    await it.capture(
      {},
      {
        publishWithin: async (file, rename) => {
          expect(file).toEqual({ sizeBytes: video.length, sha256 });
          expect(it.finalBytes()?.toString()).toBe('older');
          rename();
          expect(it.finalBytes()?.equals(video)).toBe(true);
        },
      },
    );
    expect(await it.files()).toEqual(['video.mp4']);
  });

  test('keeps the whole part when the rename fails, and goes on from there', async () => {
    it.server.script(serve(video));
    const failure = await it.failure(
      {},
      {
        publishWithin: async (_, rename) => {
          mkdirSync(it.finalPath);
          rename();
        },
      },
    );
    expect(failure).toMatchObject({ code: 'disk', stage: 'recording' });
    rmdirSync(it.finalPath);
    expect(await it.capture()).toMatchObject({ attempts: 0, resumedFrom: video.length });
  });

  test('keeps the whole part when its caller calls the rename off, and goes on from there', async () => {
    writeFileSync(it.finalPath, 'older');
    it.server.script(serve(video));
    const refusal = new ReelError('busy', 'somebody else has it');
    await expect(it.capture({}, { publishWithin: () => Promise.reject(refusal) })).rejects.toBe(refusal);
    expect(it.finalBytes()?.toString()).toBe('older');
    expect(await it.capture()).toMatchObject({ attempts: 0, resumedFrom: video.length });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test.each([
    ['chunked', { framing: 'chunked' }],
    ['ended by closing, because the MP4 is whole', { framing: 'close', etag: null }],
  ] as const)('takes a body that is %s', async (_name, options) => {
    it.server.script(serve(video, options));
    expect(await it.capture()).toMatchObject({ verified: ['mp4'], sha256, attempts: 1 });
  });

  test('sends the signed path byte for byte', async () => {
    it.server.script(serve(video));
    const path = "/a/../b/%7Ev'.mp4?Signature=a%2Bb+c/=='|{}&Expires=99999999999";
    await it.capture({ url: it.server.url(path) });
    expect(it.server.requests[0]?.target).toBe(path);
  });

  test('reads past an early hint and a head that comes byte by byte', async () => {
    const head = `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: ${video.length}\r\n\r\n`;
    it.server.script((socket) => {
      socket.setNoDelay(true);
      const bytes = [...head];
      const next = () => {
        const byte = bytes.shift();
        if (byte === undefined) socket.end(video);
        else socket.write(byte, () => setImmediate(next));
      };
      next();
    });
    expect(await it.capture()).toMatchObject({ sha256, verified: ['length', 'mp4'] });
  });
});

describe('a capture that cannot go well', () => {
  test('a file with other bytes than announced is fetched once more, then is `integrity`, and nothing stays', async () => {
    it.server.script(serve(video, { crc64: '1' }));
    const error = await it.failure();
    expect(error).toMatchObject({ code: 'integrity', stage: 'verifying', retryable: false });
    expect(error.message).toContain(crc64);
    expect(it.server.requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
    expect(await it.files()).toEqual([]);
  });

  test('a second whole download that is good is taken', async () => {
    it.server.script(serve(video, { crc64: '1' }), serve(video, { crc64 }));
    expect(await it.capture()).toMatchObject({ attempts: 2, verified: ['length', 'crc64', 'mp4'] });
  });

  test('an error answer of the server is not kept', async () => {
    it.server.script(answer(401, 'no'));
    expect(await it.failure()).toMatchObject({ code: 'auth', retryable: false });
    expect(it.server.requests).toHaveLength(1);
    expect(await it.files()).toEqual([]);
  });
});
