import { describe, expect, test } from 'vitest';
import { type Asked, readAnswer, resumeHeaders } from '#lib/capture/answer.ts';
import { framingOf, parseHead } from '#lib/capture/http1-head.ts';

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
    ['with none', ['content-range: bytes 40-99/100'], 'start-over'],
    ['without a range', ['etag: "a"'], 'start-over'],
    ['compressed', ['etag: "a"', 'content-range: bytes 40-99/100', 'content-encoding: gzip'], 'later'],
  ])('206 %s', (_name, lines, kind) => {
    expect(answerTo(REST, 206, ...lines).kind).toBe(kind);
  });

  test.each<[number, string[], string]>([
    [200, [], 'whole'],
    [412, [], 'start-over'],
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

describe('an answer to a request for everything', () => {
  test.each<[number, string[], string]>([
    [200, [], 'whole'],
    [206, ['content-range: bytes 0-99/100'], 'whole'],
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
    ['everything without proof', { position: 40, facts: { totalBytes: 100 } }, []],
  ])('%s', (_name, asked, headers) => {
    expect(resumeHeaders(asked)).toEqual(headers);
  });
});
