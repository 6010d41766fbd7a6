import { describe, expect, test } from 'vitest';
import { framingOf, parseHead } from '#lib/capture/http/head.ts';

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
