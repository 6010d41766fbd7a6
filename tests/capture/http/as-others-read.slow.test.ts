import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, raw, type Step, serve } from '../../fixtures/wire/fault-server.ts';

// What curl, node:http and fetch take is taken, as long as every later check of the file still guards.

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 100_000 });
});
const it = useCaptureCase();

const ok = (head: string, body: Buffer | string = video): Step => {
  return raw(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from('\r\n\r\n'), Buffer.from(body)]));
};
const length = () => `content-length: ${video.length}`;
const chunked = (size: (bytes: number) => string) =>
  Buffer.concat([Buffer.from(`${size(video.length)}\r\n`), video, Buffer.from('\r\n0\r\n\r\n')]);

describe('is taken at the first request', () => {
  const labels = [
    'gzip',
    'br',
    'deflate',
    'zstd',
    'aws-chunked',
    'binary',
    'utf-8',
    'none',
    'identity',
    '',
    'gzip, br',
  ];
  const heads: Array<[string, () => Step]> = [
    ...labels.map((label): [string, () => Step] => [
      `Content-Encoding "${label}" over a plain MP4`,
      () => ok(`HTTP/1.1 200 OK\r\nContent-Encoding: ${label}\r\n${length()}`),
    ]),
    ['203', () => ok(`HTTP/1.1 203 Non-Authoritative\r\n${length()}`)],
    ['HTTP/1.0', () => ok(`HTTP/1.0 200 OK\r\n${length()}`)],
    ['no reason', () => ok(`HTTP/1.1 200\r\n${length()}`)],
    ['an empty reason', () => ok(`HTTP/1.1 200 \r\n${length()}`)],
    ['a reason in another alphabet', () => ok(`HTTP/1.1 200 \xff\xfe\r\n${length()}`)],
    ['names in odd case', () => ok(`HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:${video.length}`)],
    ['empty values', () => ok(`HTTP/1.1 200 OK\r\nX-A:\r\nETag:\r\nDate:\r\n${length()}`)],
    ['a folded header', () => ok(`HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\n\td\r\n${length()}`)],
    ['a folded length', () => ok(`HTTP/1.1 200 OK\r\nContent-Length:\r\n  ${video.length}`)],
    ['the same length twice', () => ok(`HTTP/1.1 200 OK\r\n${length()}\r\n${length()}`)],
    ['the same length as a list', () => ok(`HTTP/1.1 200 OK\r\n${length()}, ${video.length}`)],
    ['white space around the length', () => ok(`HTTP/1.1 200 OK\r\nContent-Length: \t ${video.length} \t`)],
    ['surplus bytes', () => ok(`HTTP/1.1 200 OK\r\n${length()}`, Buffer.concat([video, Buffer.from('surplus')]))],
    [
      'surplus bytes behind the last chunk',
      () =>
        ok(
          'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked',
          Buffer.concat([chunked((n) => n.toString(16)), Buffer.from('X')]),
        ),
    ],
    [
      'chunked, chunked',
      () =>
        ok(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked',
          chunked((n) => n.toString(16)),
        ),
    ],
    [
      'chunked in two headers',
      () =>
        ok(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\ntransfer-encoding: Chunked',
          chunked((n) => n.toString(16)),
        ),
    ],
    [
      'chunks that are said to be compressed',
      () =>
        ok(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked',
          chunked((n) => n.toString(16)),
        ),
    ],
    [
      'a chunk size with zeros before it',
      () =>
        ok(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked',
          chunked((n) => n.toString(16).padStart(64, '0')),
        ),
    ],
    [
      'a chunk size with an extension and white space',
      () =>
        ok(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked',
          chunked((n) => `${n.toString(16).toUpperCase()} ;a="b;c" ;d`),
        ),
    ],
    [
      'news of the answer to come',
      () =>
        ok(
          `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n${length()}`,
        ),
    ],
    [
      '206 of an unknown total',
      () => ok(`HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-${video.length - 1}/*\r\n${length()}`),
    ],
    [
      '206 with everything',
      () =>
        ok(`HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-${video.length - 1}/${video.length}\r\n${length()}`),
    ],
    ['another 2xx', () => ok(`HTTP/1.1 226 IM Used\r\n${length()}`)],
  ];
  test.each(heads)('%s', async (_name, step) => {
    it.server.script(step());
    expect(await it.capture()).toMatchObject({ attempts: 1 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });
});

describe('is asked for again', () => {
  const heads: Array<[string, () => Step]> = [
    ['true gzip', () => answer(200, gzipSync(video), { 'content-encoding': 'gzip' })],
    ['lines that end in LF alone', () => raw(`HTTP/1.1 200 OK\n${length()}\n\n${video.toString('latin1')}`)],
    ['one line that ends in LF alone', () => ok(`HTTP/1.1 200 OK\nX-A: b\r\n${length()}`)],
    ['NUL in a value', () => ok(`HTTP/1.1 200 OK\r\nX-A: b\0c\r\n${length()}`)],
    ['NUL in the reason', () => ok(`HTTP/1.1 200 O\0K\r\n${length()}`)],
    ['a change of protocol', () => ok(`HTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\n${length()}`)],
    ['two lengths', () => ok(`HTTP/1.1 200 OK\r\n${length()}\r\nContent-Length: 5`)],
    ['two lengths as a list', () => ok(`HTTP/1.1 200 OK\r\n${length()}, 5`)],
    ['a length with a sign', () => ok(`HTTP/1.1 200 OK\r\nContent-Length: +${video.length}`)],
    [
      'a length beside chunks',
      () =>
        ok(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${length()}`,
          chunked((n) => n.toString(16)),
        ),
    ],
    ['white space before a colon', () => ok(`HTTP/1.1 200 OK\r\nContent-Length : ${video.length}`)],
  ];
  test.each(heads)('%s', async (_name, step) => {
    it.server.script(step(), serve(video));
    expect(await it.capture()).toMatchObject({ attempts: 2 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });
});

test.each(['gzip', 'aws-chunked'])('a part that came under an untrue "%s" is continued', async (coding) => {
  const headers = { 'content-encoding': coding };
  it.server.script(serve(video, { headers, cutAt: 30_000 }), serve(video, { headers }));
  expect(await it.capture()).toMatchObject({ resumedFrom: 30_000, attempts: 2 });
  expect(it.finalBytes()?.equals(video)).toBe(true);
});
