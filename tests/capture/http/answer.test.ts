import { describe, expect, test } from 'vitest';
import { type Asked, readAnswer, resumeHeaders } from '#lib/capture/http/answer.ts';
import { framingOf, parseHead } from '#lib/capture/http/head.ts';

const START: Asked = { position: 0, facts: {} };
const REST: Asked = { position: 40, facts: { etag: '"a"', totalBytes: 100, crc64: '7' } };

// Chunked, so that no Content-Length can come to the help of the range checks.
function answerTo(asked: Asked, status: number, ...lines: string[]) {
  const head = parseHead([`HTTP/1.1 ${status} X`, 'transfer-encoding: chunked', ...lines].join('\r\n'));
  return readAnswer(head, framingOf(head), asked);
}

describe('an answer to a request for the rest', () => {
  test.each<[string, string[], string]>([
    ['as asked', ['etag: "a"', 'content-range: bytes 40-99/100'], 'rest'],
    ['with the same checksum', ['etag: "a"', 'content-range: bytes 40-99/100', 'x-oss-hash-crc64ecma: 007'], 'rest'],
    ['with another checksum', ['etag: "a"', 'content-range: bytes 40-99/100', 'x-oss-hash-crc64ecma: 8'], 'start-over'],
    [
      'with a checksum that is no number',
      ['etag: "a"', 'content-range: bytes 40-99/100', 'x-oss-hash-crc64ecma: x'],
      'rest',
    ],
    ['with another start', ['etag: "a"', 'content-range: bytes 41-99/100'], 'start-over'],
    ['with an earlier end', ['etag: "a"', 'content-range: bytes 40-98/100'], 'start-over'],
    ['with another total', ['etag: "a"', 'content-range: bytes 40-100/101'], 'start-over'],
    ['with an unknown total', ['etag: "a"', 'content-range: bytes 40-99/*'], 'start-over'],
    ['with another validator', ['etag: "b"', 'content-range: bytes 40-99/100'], 'start-over'],
    ['with a weak validator', ['etag: W/"a"', 'content-range: bytes 40-99/100'], 'start-over'],
    ...['etag: "b"', 'etag: W/"a"', 'a: b'].map((line): [string, string[], string] => [
      `with the same checksum and ${line}`,
      [line, 'content-range: bytes 40-99/100', 'x-oss-hash-crc64ecma: 7'],
      'rest',
    ]),
    [
      'with the same checksum and another total',
      ['etag: "b"', 'content-range: bytes 40-100/101', 'x-oss-hash-crc64ecma: 7'],
      'start-over',
    ],
    [
      'with another validator and checksum',
      ['etag: "b"', 'content-range: bytes 40-99/100', 'x-oss-hash-crc64ecma: 8'],
      'start-over',
    ],
    ['labelled', ['etag: "a"', 'content-range: bytes 40-99/100', 'content-encoding: aws-chunked'], 'rest'],
    ['with none', ['content-range: bytes 40-99/100'], 'start-over'],
    ['without a range', ['etag: "a"'], 'start-over'],
    ['compressed', ['etag: "a"', 'content-range: bytes 40-99/100', 'content-encoding: gzip'], 'later'],
  ])('206 %s', (_name, lines, kind) => {
    expect(answerTo(REST, 206, ...lines).kind).toBe(kind);
  });

  test.each<[number, string[], string]>([
    [200, [], 'whole'],
    [200, ['etag: "b"', 'x-oss-hash-crc64ecma: 8'], 'whole'],
    [200, ['etag: "a"', 'x-oss-hash-crc64ecma: 7'], 'whole'],
    [200, ['etag: "b"', 'x-oss-hash-crc64ecma: 7'], 'ask-by-checksum'],
    [203, [], 'whole'],
    [412, [], 'ask-by-checksum'],
    [416, ['content-range: bytes */100'], 'start-over'],
    [416, [], 'start-over'],
  ])('%i %j', (status, lines, kind) => {
    expect(answerTo(REST, status, ...lines).kind).toBe(kind);
  });

  test('416 says "complete" only for the size that we have', () => {
    const all: Asked = { position: 100, facts: { etag: '"a"', totalBytes: 100 } };
    expect(answerTo(all, 416, 'content-range: bytes */100').kind).toBe('complete');
    expect(answerTo(all, 416, 'content-range: bytes */99').kind).toBe('start-over');
    expect(answerTo({ ...all, facts: { ...all.facts, totalBytes: 120 } }, 416, 'content-range: bytes */100').kind).toBe(
      'start-over',
    );
  });
});

test.each<[string, Asked]>([
  ['without a checksum', { ...REST, facts: { etag: '"a"' } }],
  ['asked for by the checksum already', { ...REST, byChecksum: true }],
])('412 for a part %s: it is another object', (_name, asked) => {
  expect(answerTo(asked, 412).kind).toBe('start-over');
});

test('a 200 by the checksum is the whole, whatever the server said the first time', () => {
  expect(answerTo({ ...REST, byChecksum: true }, 200, 'etag: "b"', 'x-oss-hash-crc64ecma: 7').kind).toBe('whole');
});

test('the rest under the words that the beginning came under, which were not true', () => {
  const asked: Asked = { ...REST, facts: { ...REST.facts, coding: 'gzip' } };
  const lines = ['etag: "a"', 'content-range: bytes 40-99/100'];
  expect(answerTo(asked, 206, ...lines, 'content-encoding: gzip').kind).toBe('rest');
  expect(answerTo(asked, 206, ...lines).kind).toBe('rest');
  expect(answerTo(asked, 206, ...lines, 'content-encoding: br').kind).toBe('later');
});

test.each<[number, string[], string | undefined]>([
  [200, [], undefined],
  [200, ['content-encoding: identity'], undefined],
  [200, ['content-encoding:'], undefined],
  [203, [], undefined],
  [206, ['content-range: bytes 0-99/100'], undefined],
  [200, ['content-encoding: GZIP, utf-8'], 'gzip, utf-8'],
  [206, ['content-range: bytes 0-99/100', 'content-encoding: br'], 'br'],
  [202, [], 'answered 202'],
])('%i %j is the file, in doubt because of %s', (status, lines, doubt) => {
  expect(answerTo(START, status, ...lines)).toMatchObject({
    kind: 'whole',
    doubt: doubt === undefined ? undefined : expect.stringContaining(doubt),
  });
});

describe('an answer to a request for everything', () => {
  test.each<[number, string[], string]>([
    [200, [], 'whole'],
    [206, ['content-range: bytes 0-99/100'], 'whole'],
    [206, ['content-range: bytes 0-99/*'], 'whole'],
    [206, ['content-range: bytes 5-99/*'], 'later'],
    [206, ['content-range: bytes 0-98/100'], 'later'],
    [206, [], 'later'],
    [204, [], 'later'],
    [304, [], 'later'],
    [300, [], 'later'],
    [416, ['content-range: bytes */0'], 'later'],
    [412, [], 'later'],
    [401, [], 'refused'],
    [407, [], 'refused'],
    [400, [], 'refused'],
    [451, [], 'refused'],
    [403, [], 'dead-link'],
    [404, [], 'dead-link'],
    [410, [], 'dead-link'],
    [408, [], 'later'],
    [425, [], 'later'],
    [429, [], 'later'],
    [500, [], 'later'],
    [503, [], 'later'],
  ])('%i %j is %s', (status, lines, kind) => {
    expect(answerTo(START, status, ...lines).kind).toBe(kind);
  });
});

describe('what is asked for', () => {
  test.each<[string, Asked, string[][]]>([
    ['everything', START, []],
    [
      'the rest',
      REST,
      [
        ['Range', 'bytes=40-'],
        ['If-Match', '"a"'],
        ['If-Range', '"a"'],
      ],
    ],
    [
      'the rest by date',
      { position: 40, facts: { lastModified: 'D' } },
      [
        ['Range', 'bytes=40-'],
        ['If-Unmodified-Since', 'D'],
        ['If-Range', 'D'],
      ],
    ],
    ['the rest by the checksum', { ...REST, byChecksum: true }, [['Range', 'bytes=40-']]],
    ['the rest where only a checksum is known', { position: 40, facts: { crc64: '7' } }, [['Range', 'bytes=40-']]],
    ['everything without proof', { position: 40, facts: { totalBytes: 100 } }, []],
  ])('%s', (_name, asked, headers) => {
    expect(resumeHeaders(asked)).toEqual(headers);
  });
});
