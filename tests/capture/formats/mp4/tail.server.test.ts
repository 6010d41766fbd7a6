import { describe, test } from 'vitest';
import {
  committed,
  expectFragments,
  expectNoted,
  expectRefused,
  type FragmentsCase,
  type NotedCase,
  type RefusedCase,
} from '../../../fixtures/mp4/film-cases.ts';
import { fragmentedFilm, media, u32 } from '../../../fixtures/mp4/mp4-builder.ts';

const plain = committed('plain.mp4');
const endedBy = (words: string) => Buffer.concat([fragmentedFilm(), Buffer.from(words)]);

describe('a whole film in fragments', () => {
  const cases: FragmentsCase[] = [
    ['with zeros behind', () => Buffer.concat([fragmentedFilm(), Buffer.alloc(16)]), 1.5],
    ['with a label behind', () => Buffer.concat([fragmentedFilm(), Buffer.from('AIGC {"Label":"1"}')]), 1.5],
  ];
  test.each(cases)('%s', async (_name, make, seconds, isClosed) => expectFragments(make(), seconds, isClosed));
});

describe('a whole film with an oddity keeps it, with a note', () => {
  const cases: NotedCase[] = [
    ['a zero behind it', () => Buffer.concat([plain, Buffer.alloc(1)]), /^1 bytes after its last box/],
    ['zeros behind it', () => Buffer.concat([plain, Buffer.alloc(4096)]), /^4096 bytes/],
    ['a line end behind it', () => Buffer.concat([plain, Buffer.from('\r\n')]), /^2 bytes/],
    ['a label behind it', () => Buffer.concat([plain, Buffer.from('{"AIGC":{"Label":"1"}}')]), /^22 bytes/],
    [
      'a long label behind it',
      () => Buffer.concat([plain, Buffer.from('made by a machine '.repeat(500))]),
      /^9000 bytes/,
    ],
    ['other bytes behind it', () => Buffer.concat([plain, Buffer.alloc(40, 0xfe)]), /^40 bytes/],
    [
      'the beginning of a box of no known kind behind it',
      () => Buffer.concat([plain, u32(999), Buffer.from('beam')]),
      /^8 bytes/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, note) => expectNoted(make(), note));
});

describe('a film in fragments is refused', () => {
  const cases: RefusedCase[] = [
    [
      'cut within the size of the next box',
      () => Buffer.concat([fragmentedFilm(), u32(99).subarray(0, 3)]),
      /as if another/,
    ],
    [
      'cut within the name of the next box',
      () => Buffer.concat([fragmentedFilm(), u32(99), Buffer.from('mo')]),
      /as if another/,
    ],
    [
      'with an error page in place of its end',
      () => Buffer.concat([fragmentedFilm(), Buffer.from('<html><body>502 Bad Gateway')]),
      /error page/,
    ],
    [
      'with an error of the store in place of its end',
      () => Buffer.concat([fragmentedFilm(), Buffer.from('<?xml version="1.0"?><Error><Code>X</Code></Error>')]),
      /error page/,
    ],
    [
      'with a message in place of its end',
      () => Buffer.concat([fragmentedFilm(), Buffer.from('{"error":{"code":"Timeout"}}')]),
      /error page/,
    ],
    ...[
      '<script>location="/login"</script>',
      '<center><h1>504 Gateway Time-out</h1></center>',
      'HTTP/1.1 504\r\n\r\n',
      '\r\nupstream connect error or disconnect/reset before headers',
      'stream timeout',
      'Service Unavailable',
    ].map((words): RefusedCase => {
      return [`with "${words.trim()}" in place of its end`, () => endedBy(words), /error page/];
    }),
    [
      'with binary data in place of its end',
      () => Buffer.concat([fragmentedFilm(), media(99), u32(1, 2, 3)]),
      /is not a box/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => expectRefused(make(), problem));
});
