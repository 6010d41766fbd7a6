import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createCRC64 } from 'hash-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { ChunkedDecoder } from '#lib/capture/http/chunked.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { type Step, serve } from '../../fixtures/wire/fault-server.ts';

const MIB = 1024 * 1024;
const CHUNK = 50_000;
let video: Buffer;
let large: Buffer;
let crc64: string;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 400_000 });
  large = await makeMp4({ sizeBytes: 4 * MIB });
  crc64 = BigInt(`0x${(await createCRC64()).init().update(large).digest('hex')}`).toString();
});
const it = useCaptureCase();

const HEAD = 'HTTP/1.1 200 OK\r\netag: "v1"\r\ntransfer-encoding: chunked\r\n';
const chunk = (bytes: Buffer, size = bytes.length.toString(16)) =>
  Buffer.concat([Buffer.from(`${size}\r\n`), bytes, Buffer.from('\r\n')]);

/** Two good chunks of `object`, then whatever `bad` makes of the third one, then the rest in good chunks. */
function malformed(object: Buffer, bad: (third: Buffer) => Buffer, { chunkBytes = CHUNK, headers = '' } = {}): Step {
  return (socket) => {
    const parts: Buffer[] = [Buffer.from(`${HEAD}${headers}\r\n`)];
    for (let at = 0; at < object.length; at += chunkBytes) {
      const bytes = object.subarray(at, at + chunkBytes);
      parts.push(at === 2 * chunkBytes ? bad(bytes) : chunk(bytes));
    }
    socket.end(Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]));
  };
}

const hex = (bytes: number) => bytes.toString(16);
/** Each leaves bytes in the stream that are not the file's, or leaves some out. */
const FAULTS: Array<[string, (third: Buffer) => Buffer]> = [
  ['a size that is no number', (bytes) => chunk(bytes, 'zz')],
  ['a negative size', (bytes) => chunk(bytes, `-${hex(bytes.length)}`)],
  ['a size past all numbers', (bytes) => chunk(bytes, 'f'.repeat(20))],
  ['no size', (bytes) => chunk(bytes, '')],
  ['a size that is too small', (bytes) => chunk(bytes, hex(bytes.length - 7))],
  ['a size that is too small by a digit', (bytes) => chunk(bytes, hex(bytes.length).slice(0, -1))],
  ['a size that is too large', (bytes) => chunk(bytes, hex(bytes.length + 7))],
  // It ends where a line ends: only what follows shows that something was wrong.
  ['a size that takes the next size line in', (bytes) => chunk(bytes, hex(bytes.length + 2 + hex(CHUNK).length))],
  ['a size that is too large by a digit', (bytes) => chunk(bytes, `${hex(bytes.length)}0`)],
  ['a size beyond the end of all', (bytes) => chunk(bytes, 'ffffff')],
  ['no line end behind the data', (bytes) => chunk(bytes).subarray(0, -2)],
  ['a bare LF behind the data', (bytes) => Buffer.concat([chunk(bytes).subarray(0, -2), Buffer.from('\n')])],
  [
    'a bare LF behind the size',
    (bytes) => Buffer.concat([Buffer.from(`${hex(bytes.length)}\n`), bytes, Buffer.from('\r\n')]),
  ],
  ['more data than announced', (bytes) => chunk(Buffer.concat([bytes, Buffer.from('more')]), hex(bytes.length))],
  ['a changed line end', (bytes) => Buffer.concat([chunk(bytes).subarray(0, -2), Buffer.from('\rX')])],
];

describe('a malformed chunk', () => {
  test.each(FAULTS)('%s: the part goes back to the last byte that is known to be good', async (_name, bad) => {
    let partBytes: Buffer | undefined;
    it.server.script(malformed(video, bad), (socket, request) => {
      partBytes = readFileSync(it.partPath);
      serve(video)(socket, request);
    });
    const result = await it.capture();
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(partBytes?.equals(video.subarray(0, 2 * CHUNK))).toBe(true);
    expect(result).toMatchObject({ resumedFrom: 2 * CHUNK, attempts: 2 });
    expect(it.server.requests[1]?.headers.range).toBe(`bytes=${2 * CHUNK}-`);
  });

  // The bytes are on the disk and hashed by then.
  test.each(FAULTS)('%s, of more than a MiB: likewise, and what was hashed is hashed anew', async (_name, bad) => {
    const chunkBytes = Math.floor(1.2 * MIB);
    it.server.script(malformed(large, bad, { chunkBytes }), serve(large));
    const result = await it.capture();
    expect(it.finalBytes()?.equals(large)).toBe(true);
    expect(result).toMatchObject({
      resumedFrom: 2 * chunkBytes,
      attempts: 2,
      sha256: createHash('sha256').update(large).digest('hex'),
    });
  });

  test.each(FAULTS)('%s, where a checksum is known: it proves the whole in the end', async (_name, bad) => {
    const headers = `x-oss-hash-crc64ecma: ${crc64}\r\n`;
    it.server.script(malformed(large, bad, { chunkBytes: Math.floor(1.2 * MIB), headers }), serve(large, { crc64 }));
    expect((await it.capture()).verified).toEqual(['length', 'crc64', 'mp4']);
    expect(it.finalBytes()?.equals(large)).toBe(true);
  });

  test('in the rest of a file costs nothing of what was there before', async () => {
    const bad = (socket: Parameters<Step>[0]) => {
      const range = `content-range: bytes ${CHUNK}-${video.length - 1}/${video.length}`;
      const head = HEAD.replace('200', '206');
      socket.end(
        Buffer.concat([
          Buffer.from(`${head}${range}\r\n\r\n5\r\n`),
          video.subarray(CHUNK, CHUNK + 5),
          Buffer.from('X'),
        ]),
      );
    };
    it.server.script(serve(video, { cutAt: CHUNK }), bad, serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: CHUNK, attempts: 3 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('in the first chunk: nothing is left of it', async () => {
    const step: Step = (socket) =>
      socket.end(Buffer.concat([Buffer.from(`${HEAD}\r\n64\r\n`), video.subarray(0, 200)]));
    it.server.script(step, serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 2 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test.each(['0', '0\r', '0\r\n', '0\r\na: b\r\n', '0\r\na: b\nc: d\r\n\r\n', '-0\r\n\r\n'])(
    'the last one (%j): every byte before it counts',
    async (ending) => {
      it.server.script((socket) => {
        socket.end(Buffer.concat([Buffer.from(`${HEAD}\r\n`), chunk(video), Buffer.from(ending)]));
      }, serve(video));
      await it.capture();
      expect(it.server.requests[1]?.headers.range).toBe(`bytes=${video.length}-`);
      expect(it.finalBytes()?.equals(video)).toBe(true);
    },
  );
});

describe('a body whose last chunk comes too early', () => {
  const MESSAGE = Buffer.from('<html>504 Gateway Time-out</html>');
  const ended = (bytes: number, { from = 0, message = MESSAGE }: { from?: number; message?: Buffer } = {}): Step => {
    const range = `content-range: bytes ${from}-${video.length - 1}/${video.length}\r\n`;
    const head = from === 0 ? HEAD : HEAD.replace('200', '206') + range;
    return (socket) =>
      socket.end(
        Buffer.concat([
          Buffer.from(`${head}\r\n`),
          ...[video.subarray(from, from + bytes), message].filter(({ length }) => length > 0).map((one) => chunk(one)),
          Buffer.from('0\r\n\r\n'),
        ]),
      );
  };

  test('with a message for the rest: the message is no part of the file', async () => {
    it.server.script(ended(CHUNK), ended(CHUNK, { from: CHUNK }), serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: 2 * CHUNK, attempts: 3 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('is continued from the chunk before, however often', async () => {
    const message = Buffer.alloc(0);
    const again = Array.from({ length: 4 }, () => ended(0, { from: CHUNK, message: video.subarray(CHUNK, 2 * CHUNK) }));
    it.server.script(ended(CHUNK, { message: video.subarray(CHUNK, 2 * CHUNK) }), ...again, serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: CHUNK, attempts: 6 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
    it.server.script(ended(CHUNK, { message }), serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 2 });
  });
});

describe('a chunk that is cut', () => {
  /** One good chunk, then a part of another one. */
  const cut = (object: Buffer, firstBytes: number, restBytes: number, headers = ''): Step => {
    return (socket) => {
      const size = Buffer.from(`${hex(object.length - firstBytes)}\r\n`);
      const rest = object.subarray(firstBytes, firstBytes + restBytes);
      socket.end(
        Buffer.concat([Buffer.from(`${HEAD}${headers}\r\n`), chunk(object.subarray(0, firstBytes)), size, rest]),
      );
    };
  };

  test('counts only where a checksum will tell', async () => {
    it.server.script(cut(large, MIB, 2 * MIB), serve(large));
    expect(await it.capture()).toMatchObject({ resumedFrom: MIB });
    it.server.script(cut(large, MIB, 2 * MIB, `x-oss-hash-crc64ecma: ${crc64}\r\n`), serve(large, { crc64 }));
    expect(await it.capture()).toMatchObject({ resumedFrom: 3 * MIB, verified: ['length', 'crc64', 'mp4'] });
    expect(it.finalBytes()?.equals(large)).toBe(true);
  });

  test('by the caller leaves what is known to be good', async () => {
    const controller = new AbortController();
    it.server.script((socket) => {
      const open = Buffer.from(`${hex(video.length)}\r\n`);
      socket.write(
        Buffer.concat([
          Buffer.from(`${HEAD}\r\n`),
          chunk(video.subarray(0, CHUNK)),
          open,
          video.subarray(CHUNK, 2 * CHUNK),
        ]),
      );
    }, serve(video));
    const ending = it.failure({}, { signal: controller.signal });
    await expect.poll(() => statSync(it.partPath, { throwIfNoEntry: false })?.size).toBe(2 * CHUNK);
    controller.abort();
    expect(await ending).toMatchObject({ code: 'aborted' });
    expect(readFileSync(it.partPath).equals(video.subarray(0, CHUNK))).toBe(true);
    expect(await it.capture()).toMatchObject({ resumedFrom: CHUNK });
    expect(it.finalBytes()?.equals(video)).toBe(true);
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
