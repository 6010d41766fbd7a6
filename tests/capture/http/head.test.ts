import { describe, expect, test } from 'vitest';
import { ChunkedDecoder } from '#lib/capture/http/chunked.ts';
import { parseContentRange, parseUnsatisfiedTotal } from '#lib/capture/http/content-range.ts';
import { framingOf, parseHead } from '#lib/capture/http/head.ts';
import { parseTarget, resolveTarget } from '#lib/capture/http/target.ts';

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

  test('folded lines go on with the field before them', () => {
    const head = parseHead('HTTP/1.1 200 OK\r\nA: b\r\n  c \r\n\td\r\nContent-Length:\r\n 5\r\nE: f');
    expect(Object.fromEntries(head.headers)).toEqual({ a: 'b c d', 'content-length': '5', e: 'f' });
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
    'HTTP/1.1 099 No',
    'HTTP/1.1 200 OK\na: b',
    'HTTP/1.1 200 O\0K',
    'HTTP/1.1 200 OK\r\na: b\nc: d',
    'HTTP/1.1 200 OK\r\na: b\rc: d',
    'HTTP/1.1 200 OK\r\na: b\0c',
    'HTTP/1.1 200 OK\r\na\0: b',
    'HTTP/1.1 200 OK\r\na: b\r\n \0c',
    'HTTP/1.1 200 OK\r\na: b\n c',
  ])('"%s" is refused', (text) => expect(() => parseHead(text)).toThrow(expect.objectContaining({ kind: 'protocol' })));

  test.each<[string, string, unknown]>([
    ['a length', 'content-length: 5', { kind: 'length', bytes: 5 }],
    ['the same length twice', 'content-length: 5\r\ncontent-length: 5', { kind: 'length', bytes: 5 }],
    ['a length with zeros before it', `content-length: ${'0'.repeat(20)}5`, { kind: 'length', bytes: 5 }],
    ['chunks', 'transfer-encoding: Chunked', { kind: 'chunked' }],
    ['chunks, said twice', 'transfer-encoding: chunked, chunked', { kind: 'chunked' }],
    ['chunks, in two headers', 'transfer-encoding: chunked\r\nTransfer-Encoding: Chunked', { kind: 'chunked' }],
    ['chunks of something', 'transfer-encoding: gzip, chunked', { kind: 'chunked' }],
    ['chunks of nothing else', 'transfer-encoding: identity, chunked', { kind: 'chunked' }],
    ['no coding', 'transfer-encoding: identity\r\ncontent-length: 5', { kind: 'length', bytes: 5 }],
    ['nothing', 'a: b', { kind: 'until-close' }],
    ['two lengths', 'content-length: 5, 6', undefined],
    ['no number', 'content-length: +5', undefined],
    ['2^64', 'content-length: 18446744073709551616', undefined],
    ['both', 'transfer-encoding: chunked\r\ncontent-length: 5', undefined],
    ['gzip', 'transfer-encoding: gzip', undefined],
    ['something after the chunks', 'transfer-encoding: chunked, gzip', undefined],
    ['chunks around something', 'transfer-encoding: chunked, gzip, chunked', undefined],
    ['chunks twice beside a length', 'transfer-encoding: chunked, chunked\r\ncontent-length: 5', undefined],
    ['an empty length', 'content-length:', undefined],
    ['a length in two words', 'content-length: 5 5', undefined],
    ['a length in hexadecimal', 'content-length: 0x5', undefined],
    ['a negative length', 'content-length: -5', undefined],
    ['a fraction', 'content-length: 5.0', undefined],
    ['a list with a hole', 'content-length: 5,,5', undefined],
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
    const text = Buffer.concat(pieces.flatMap((piece) => [...decoder.push(piece)])).toString();
    return { text, done: decoder.done };
  };

  test('is the same in pieces of any size', () => {
    for (let size = 1; size <= wire.length; size += 1) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < wire.length; at += size) pieces.push(wire.subarray(at, at + size));
      expect(decode(pieces)).toEqual({ text: 'hello, world!!!', done: true });
    }
  });

  test.each<[string, string]>([
    ['leading zeros', `${'0'.repeat(300)}5\r\nhello\r\n${'0'.repeat(40)}\r\n\r\n`],
    ['white space behind a size', '5 \t\r\nhello\r\n0  \r\n\r\n'],
    ['extensions', '5 ; a="b;c" ;d\r\nhello\r\n0;last\r\n\r\n'],
    ['a long extension', `5;${'x'.repeat(16_000)}\r\nhello\r\n0\r\n\r\n`],
    ['bytes behind the end', '5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nmore'],
  ])('is read with %s', (_name, text) => {
    expect(decode([Buffer.from(text)])).toEqual({ text: 'hello', done: true });
  });

  test.each<[string, number, number]>([
    ['5\r\nhel', 3, 3],
    ['5\r\nhello', 5, 5],
    ['5\r\nhello\r', 5, 5],
    ['5\r\nhello\r\n', 5, 0],
    ['5\r\nhello\r\n4\r\nyo', 7, 2],
    ['5\r\nhello\r\n4\r\nyou!X\r\n', 9, 4],
    ['5\r\nhello\r\nzz\r\n', 5, 0],
    ['8\r\nhello\r\n4\r\nyou!\r\n0\r\n\r\n', 8, 8],
    ['8\r\nhello\r\n4\r\nyou!', 8, 8],
    ['8\r\nhello\r\n4\r\n1\r\n!', 9, 1],
    ['8\r\nhello\r\n0\r\n\r\n', 8, 8],
    ['a\r\nhello\r\n0\r\n\r\n', 10, 10],
    ['5\r\nhello\r\n0\r\nbad\n', 5, 0],
  ])('%j gives %i bytes, of which the last %i are not known to be good', (text, given, open) => {
    for (const pieceBytes of [1, 3, text.length]) {
      const decoder = new ChunkedDecoder();
      let bytes = 0;
      try {
        for (let at = 0; at < text.length; at += pieceBytes) {
          for (const part of decoder.push(Buffer.from(text.slice(at, at + pieceBytes)))) bytes += part.length;
        }
      } catch (error) {
        expect(error).toMatchObject({ kind: 'protocol' });
      }
      expect({ bytes, open: decoder.openBytes }).toEqual({ bytes: given, open });
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
    `${'f'.repeat(14)}\r\n`,
    `${'f'.repeat(400)}\r\n`,
    ' 5\r\nhello\r\n',
    '+5\r\nhello\r\n',
    '0x5\r\nhello\r\n',
    '5 5\r\nhello\r\n',
    '5;a\0b\r\nhello\r\n',
    '5;a\rb\r\nhello\r\n',
    '5\r\nhello\n',
    '5\r\nhell\r\n0\r\n\r\n',
    '0\r\na: b\n\r\n',
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
    ["https://h/é'?ü='ß'", "/%C3%A9'?%C3%BC='%C3%9F'"],
    ["https://h/a 'b'", "/a%20'b'"],
    ['https://h/\ud800', '/%EF%BF%BD'],
    ['https://h\\@evil/x', '/@evil/x'],
  ])('%s is asked for as %s', (url, path) => {
    expect(parseTarget(url)).toMatchObject({ path, hostname: 'h', port: 443, origin: 'https://h' });
  });

  const latin1 = (text: string) => Buffer.from(text).toString('latin1');
  test.each<[location: string, origin: string, path: string]>([
    ["/x'y?z", 'https://h', "/x'y?z"],
    ['x', 'https://h', '/a/x'],
    ["x'y?z='1'|{}", 'https://h', "/a/x'y?z='1'|{}"],
    ['./x', 'https://h', '/a/x'],
    ['../x/./y/../z', 'https://h', '/x/z'],
    ['../../../x', 'https://h', '/x'],
    ['..', 'https://h', '/'],
    ["?q='1'", 'https://h', "/a/b'?q='1'"],
    ['#there', 'https://h', "/a/b'?c"],
    ["/x'#there", 'https://h', "/x'"],
    ['x?a/../b', 'https://h', '/a/x?a/../b'],
    ["//other:8443/x'", 'https://other:8443', "/x'"],
    ["http://[::1]:81/x'", 'http://[::1]:81', "/x'"],
    [latin1("/é'?ü=ß"), 'https://h', "/%C3%A9'?%C3%BC=%C3%9F"],
    [latin1("vidéo '1'.mp4"), 'https://h', "/a/vid%C3%A9o%20'1'.mp4"],
    [latin1('https://é.test/日本'), 'https://xn--9ca.test', '/%E6%97%A5%E6%9C%AC'],
    ['/\xe9', 'https://h', '/%E9'],
    ['/a b\tc', 'https://h', '/a%20b%09c'],
    ['/%C3%A9%27', 'https://h', '/%C3%A9%27'],
    ['\\\\other\\x', 'https://other', '/x'],
  ])('a redirect to %j leads to %s, %s', (location, origin, path) => {
    expect(resolveTarget(location, parseTarget("https://h/a/b'?c"))).toMatchObject({ origin, path });
  });

  test('a redirect may name a user and a password', () => {
    const target = resolveTarget("https://us%40er:p'w@other/x'?y", parseTarget('https://h/'));
    expect(target).toMatchObject({ host: 'other', path: "/x'?y", href: "https://other/x'?y" });
    expect(target.authorization).toBe(`Basic ${Buffer.from("us@er:p'w").toString('base64')}`);
    expect(() => parseTarget('https://us:pw@h/')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  test.each(['ftp://h/x', 'javascript:alert(1)', 'https://', 'https://[::1/x'])('a redirect to %s is refused', (to) => {
    expect(() => resolveTarget(to, parseTarget('https://h/'))).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});
