import { describe, expect, test } from 'vitest';
import { ChunkedDecoder } from '#lib/capture/chunked-decoder.ts';
import { parseContentRange, parseUnsatisfiedTotal } from '#lib/capture/content-range.ts';
import { framingOf, parseHead } from '#lib/capture/http1-head.ts';
import { parseTarget } from '#lib/capture/request-target.ts';

describe('the head of an answer', () => {
  test('is read as it should be', () => {
    const head = parseHead('HTTP/1.1 206 Partial Content\r\nETag:"x"\r\nX-A:\t b c \r\nx-a: d\r\nEmpty:');
    expect(head.status).toBe(206);
    expect([...head.headers]).toEqual([
      ['etag', '"x"'],
      ['x-a', 'b c, d'],
      ['empty', ''],
    ]);
  });

  test.each(['HTTP/1.0 200', 'HTTP/1.1 200 ', 'HTTP/1.1 200 OK'])('"%s" is a status line', (line) => {
    expect(parseHead(line).status).toBe(200);
  });

  test.each([
    '',
    'HTTP/2 200',
    'HTTP/1.1 20',
    'HTTP/1.1 2000',
    'ICY 200 OK',
    'http/1.1 200',
    'HTTP/1.1 200 OK\r\n a: b',
    'HTTP/1.1 200 OK\r\na b: c',
    'HTTP/1.1 200 OK\r\na : c',
    'HTTP/1.1 200 OK\r\n: c',
  ])('"%s" is refused', (text) => expect(() => parseHead(text)).toThrow(expect.objectContaining({ kind: 'protocol' })));

  test.each<[string, string, unknown]>([
    ['a length', 'content-length: 5', { kind: 'length', bytes: 5 }],
    ['the same length twice', 'content-length: 5\r\ncontent-length: 5', { kind: 'length', bytes: 5 }],
    ['chunks', 'transfer-encoding: Chunked', { kind: 'chunked' }],
    ['nothing', 'a: b', { kind: 'until-close' }],
    ['two lengths', 'content-length: 5, 6', undefined],
    ['no number', 'content-length: +5', undefined],
    ['2^64', 'content-length: 18446744073709551616', undefined],
    ['both', 'transfer-encoding: chunked\r\ncontent-length: 5', undefined],
    ['gzip', 'transfer-encoding: gzip', undefined],
  ])('says how the body ends: %s', (_name, line, framing) => {
    const head = parseHead(`HTTP/1.1 200 OK\r\n${line}`);
    if (framing) expect(framingOf(head)).toEqual(framing);
    else expect(() => framingOf(head)).toThrow(expect.objectContaining({ kind: 'protocol' }));
  });
});

describe('a chunked body', () => {
  const wire = Buffer.from('5;ext="x"\r\nhello\r\n0A\r\n, world!!!\r\n0\r\nTrailer: x\r\n\r\n');
  const decode = (pieces: Buffer[]) => {
    const decoder = new ChunkedDecoder();
    const text = Buffer.concat(pieces.flatMap((piece) => decoder.push(piece))).toString();
    return { text, done: decoder.done };
  };

  test('is the same in pieces of any size', () => {
    for (let size = 1; size <= wire.length; size += 1) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < wire.length; at += size) pieces.push(wire.subarray(at, at + size));
      expect(decode(pieces)).toEqual({ text: 'hello, world!!!', done: true });
    }
  });

  test('is not whole before its very last byte', () => {
    for (let length = 0; length < wire.length; length += 1) expect(decode([wire.subarray(0, length)]).done).toBe(false);
  });

  test.each([
    'x\r\n',
    '-1\r\n',
    '\r\n',
    '5\nhello',
    '5\r\nhelloX\r\n',
    '0\r\n\r\nmore',
    `${'f'.repeat(13)}\r\n`,
    `1;${'x'.repeat(20_000)}`,
    `0\r\n${'a: b\r\n'.repeat(5000)}`,
  ])('that is malformed is refused (%#)', (text) =>
    expect(() => decode([Buffer.from(text)])).toThrow(expect.objectContaining({ kind: 'protocol' })),
  );
});

test.each<[string | undefined, unknown]>([
  ['bytes 5-9/10', { start: 5, end: 9, total: 10 }],
  ['Bytes 0-0/1', { start: 0, end: 0, total: 1 }],
  ['bytes 5-9/*', { start: 5, end: 9, total: undefined }],
  ['bytes 9-5/10', undefined],
  ['bytes 5-10/10', undefined],
  ['bytes 5-/10', undefined],
  ['bytes */10', undefined],
  ['items 5-9/10', undefined],
  [undefined, undefined],
])('Content-Range %s', (header, expected) => {
  expect(parseContentRange(header)).toEqual(expected);
});

test.each<[string | undefined, number | undefined]>([
  ['bytes */10', 10],
  ['bytes 0-9/10', undefined],
  ['bytes */*', undefined],
  [undefined, undefined],
])('Content-Range of a 416: %s', (header, expected) => {
  expect(parseUnsatisfiedTotal(header)).toBe(expected);
});

describe('a URL taken apart', () => {
  test.each<[string, string]>([
    ["https://h/a'b?x='1'|{}^&y=%2b+", "/a'b?x='1'|{}^&y=%2b+"],
    ['https://h/a/../b/%2e%2e/c', '/a/../b/%2e%2e/c'],
    ['https://h?Signature=a%2Bb', '/?Signature=a%2Bb'],
    ['https://h', '/'],
    ['https://h/a#fragment', '/a'],
    ['HTTPS://H/A', '/A'],
    ['  https://h/a  ', '/a'],
    // What cannot go out as it is goes out as `new URL` writes it.
    ['https://h/a b', '/a%20b'],
    ['https://h/é', '/%C3%A9'],
    ['https://h\\@evil/x', '/@evil/x'],
  ])('%s is asked for as %s', (url, path) => {
    expect(parseTarget(url)).toMatchObject({ path, hostname: 'h', port: 443, origin: 'https://h' });
  });

  test('a redirect is resolved, its own bytes kept', () => {
    const from = 'https://h/a/b?c';
    expect(parseTarget("/x'y?z", from)).toMatchObject({ path: "/x'y?z", origin: 'https://h' });
    expect(parseTarget('x', from)).toMatchObject({ path: '/a/x' });
    expect(parseTarget('//other:8443/x', from)).toMatchObject({ origin: 'https://other:8443', port: 8443, path: '/x' });
    expect(parseTarget("http://[::1]:81/x'", from)).toMatchObject({ hostname: '::1', host: '[::1]:81', path: "/x'" });
  });
});
