import { existsSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCRC64 } from 'hash-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { PartFile } from '#lib/capture/part/file.server.ts';
import { currentBootId } from '#lib/capture/part/sidecar.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, type SeenRequest, type ServeOptions, type Step, serve } from '../../fixtures/wire/fault-server.ts';

const CUT = 130_000;
let video: Buffer;
let other: Buffer;
let crc64: string;
let bootId: string | undefined;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 200_000 });
  other = await makeMp4({ sizeBytes: 200_000, seed: 9 });
  crc64 = BigInt(`0x${(await createCRC64()).init().update(video).digest('hex')}`).toString();
  bootId = await currentBootId();
});
const it = useCaptureCase();
const ranges = (requests: SeenRequest[]) => requests.map(({ headers }) => headers.range);

/** Leaves what a killed process would: the first bytes and their sidecar. */
function leavePart(bytes: Buffer, sidecar: object | string): void {
  writeFileSync(it.partPath, bytes);
  const text = typeof sidecar === 'string' ? sidecar : JSON.stringify(sidecar);
  writeFileSync(`${it.partPath}.json`, text);
}

function goodSidecar(): Record<string, unknown> {
  return { version: 1, source: it.server.url(), etag: '"v1"', totalBytes: video.length, crc64 };
}

describe('a later run continues the part of an earlier one', () => {
  test('with Range, If-Match and If-Range, and hashes the whole file', async () => {
    leavePart(video.subarray(0, CUT), goodSidecar());
    it.server.script(serve(video, { crc64 }));
    expect(await it.capture()).toMatchObject({
      resumedFrom: CUT,
      attempts: 1,
      verified: ['length', 'crc64', 'mp4'],
    });
    expect(it.server.requests[0]?.headers).toMatchObject({
      range: `bytes=${CUT}-`,
      'if-match': '"v1"',
      'if-range': '"v1"',
    });
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(await it.files()).toEqual(['video.mp4']);
  });

  test('with If-Unmodified-Since and If-Range when only a date that is old enough is known', async () => {
    const lastModified = 'Sat, 21 Nov 2026 10:00:00 GMT';
    const dates = { 'last-modified': lastModified, date: 'Sat, 21 Nov 2026 12:00:00 GMT' };
    it.server.script(
      serve(video, { etag: null, headers: dates, cutAt: CUT }),
      serve(video, { etag: null, headers: dates }),
    );
    expect(await it.capture()).toMatchObject({ resumedFrom: CUT });
    expect(it.server.requests[1]?.headers).toMatchObject({
      'if-unmodified-since': lastModified,
      'if-range': lastModified,
    });
  });

  test('without a request when every byte is there', async () => {
    leavePart(video, goodSidecar());
    expect(await it.capture()).toMatchObject({
      attempts: 0,
      resumedFrom: video.length,
      verified: ['length', 'crc64', 'mp4'],
    });
    expect(it.server.requests).toHaveLength(0);
  });

  test('whose link has been signed anew: the query does not count', async () => {
    leavePart(video.subarray(0, CUT), goodSidecar());
    it.server.script(serve(video, { crc64 }));
    await it.capture({ url: it.server.url('/video.mp4?Expires=4000000000&Signature=new') });
    expect(ranges(it.server.requests)).toEqual([`bytes=${CUT}-`]);
  });

  test('and no query ever reaches the sidecar', async () => {
    const controller = new AbortController();
    it.server.script(serve(video, { stallAt: CUT }));
    const ending = it.failure({ url: it.server.url('/video.mp4?Signature=secret') }, { signal: controller.signal });
    await expect.poll(() => statSync(it.partPath).size).toBe(CUT);
    controller.abort();
    await ending;
    const sidecar = readFileSync(`${it.partPath}.json`, 'utf8');
    expect(JSON.parse(sidecar)).toMatchObject({
      source: it.server.url(),
      etag: '"v1"',
      totalBytes: video.length,
    });
    expect(sidecar).not.toContain('secret');
    expect(statSync(it.partPath).size).toBe(CUT);
  });
});

describe('a part that proves nothing is started again', () => {
  const cases: Array<[string, () => void]> = [
    ['no sidecar', () => writeFileSync(it.partPath, video.subarray(0, CUT))],
    ['a sidecar cut short', () => leavePart(video.subarray(0, CUT), '{"version":1,"sou')],
    ['an empty sidecar', () => leavePart(video.subarray(0, CUT), '')],
    ['a sidecar that is a list', () => leavePart(video.subarray(0, CUT), '[]')],
    ['a sidecar with a validator of 5', () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), etag: 5 })],
    ['a sidecar with half a size', () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), totalBytes: 0.5 })],
    ['a sidecar without a source', () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), source: undefined })],
    ['a sidecar with a boot of null', () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), bootId: null })],
    ['a sidecar of a later version', () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), version: 2 })],
    ['another source', () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), source: 'https://other.test/x' })],
    [
      'neither validator nor checksum',
      () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), etag: undefined, crc64: undefined, bootId }),
    ],
    ['longer than the object', () => leavePart(Buffer.concat([video, video]), goodSidecar())],
    [
      'no checksum, and written before the machine went down',
      () => leavePart(video.subarray(0, CUT), { ...goodSidecar(), crc64: undefined, bootId: 'another' }),
    ],
    ['an empty part', () => leavePart(Buffer.alloc(0), goodSidecar())],
  ];
  test.each(cases)('%s', async (_name, leave) => {
    leave();
    it.server.script(serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 1 });
    expect(ranges(it.server.requests)).toEqual([undefined]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('no checksum, but the machine has been up since: continued', async () => {
    leavePart(video.subarray(0, CUT), { ...goodSidecar(), crc64: undefined, bootId });
    it.server.script(serve(video));
    expect(await it.capture()).toMatchObject({ resumedFrom: bootId === undefined ? 0 : CUT });
  });

  test('bytes of another object under the right validator: the checksum notices, and all is fetched again', async () => {
    leavePart(other.subarray(0, CUT), goodSidecar());
    it.server.script(serve(video, { crc64 }));
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 2 });
    expect(ranges(it.server.requests)).toEqual([`bytes=${CUT}-`, undefined]);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('zeros in place of the last bytes, as after a power cut: likewise', async () => {
    leavePart(video.subarray(0, CUT), goodSidecar());
    truncateSync(it.partPath, CUT - 5000);
    truncateSync(it.partPath, CUT);
    it.server.script(serve(video, { crc64 }));
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 2 });
  });
});

test('a link planted at the name of the part after all checks is not followed', async () => {
  const victim = join(it.folder, 'victim');
  writeFileSync(victim, 'untouched');
  symlinkSync(victim, it.partPath);
  const paths = {
    final: it.finalPath,
    part: it.partPath,
    sidecar: `${it.partPath}.json`,
    lock: `${it.partPath}.lock`,
  };
  const nothing = { sizeBytes: undefined, crc64: undefined, sha256: undefined };
  await expect(PartFile.open(paths, nothing, 'https://h/v.mp4')).rejects.toMatchObject({ code: 'ELOOP' });
  expect(readFileSync(victim, 'utf8')).toBe('untouched');
});

describe('what the server may answer to a Range request', () => {
  const fullRange = () => `bytes ${CUT}-${video.length - 1}/${video.length}`;
  type Row = [string, () => Step, { resumed: boolean; requests: number }];
  const kept = { resumed: true, requests: 1 };
  const again = { resumed: false, requests: 2 };
  const partial = (options: ServeOptions) => () => serve(video, { crc64, ...options });
  const rows: Row[] = [
    ['206 as asked', partial({}), kept],
    ['206 in chunks', partial({ framing: 'chunked' }), kept],
    ['206 without a length', partial({ framing: 'close' }), kept],
    ['206 without a Content-Range', partial({ contentRange: null }), again],
    ['206 with an unreadable Content-Range', partial({ contentRange: 'bytes */9' }), again],
    ['206 with another start', partial({ contentRange: 'bytes 0-199999/200000' }), again],
    ['206 with an unknown total', () => partial({ contentRange: fullRange().replace(/\d+$/, '*') })(), again],
    [
      '206 with another total',
      () => partial({ contentRange: `bytes ${CUT}-${video.length}/${video.length + 1}` })(),
      again,
    ],
    ['206 that ends early', () => partial({ contentRange: `bytes ${CUT}-${CUT + 9}/${video.length}` })(), again],
    ['206 with another length than its range', partial({ lengthHeader: '7' }), again],
    ['206 of another ETag and the same checksum', partial({ headers: { etag: '"v2"' } }), kept],
    ['206 of a weak ETag and the same checksum', partial({ headers: { etag: 'W/"v1"' } }), kept],
    ['206 of another ETag', () => serve(video, { headers: { etag: '"v2"' } }), again],
    ['206 of a weak ETag', () => serve(video, { headers: { etag: 'W/"v1"' } }), again],
    ['206 without an ETag', () => answer(206, video.subarray(CUT), { 'content-range': fullRange() }), again],
    ['206 with another checksum', partial({ crc64: '5' }), again],
    [
      '206 multipart',
      partial({ contentRange: null, headers: { 'content-type': 'multipart/byteranges; boundary=x' } }),
      again,
    ],
    ['416 without a total', () => answer(416, '<Error/>'), again],
    ['416 of a shorter object', () => answer(416, '<Error/>', { 'content-range': 'bytes */10' }), again],
    ['416 of a longer object', () => answer(416, '<Error/>', { 'content-range': `bytes */${video.length}` }), again],
    ['200 with everything', partial({ ignoreRange: true }), { resumed: false, requests: 1 }],
  ];
  test.each(rows)('%s', async (_name, step, { resumed, requests }) => {
    leavePart(video.subarray(0, CUT), goodSidecar());
    it.server.script(step(), serve(video, { crc64 }));
    const result = await it.capture();
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(result.resumedFrom).toBe(resumed ? CUT : 0);
    expect(ranges(it.server.requests)).toEqual([`bytes=${CUT}-`, undefined].slice(0, requests));
    // Starting over is no reason to wait: nothing is wrong with the server.
    expect(it.clock.waits).toEqual([]);
  });

  test('416 when the part turns out to be complete: verified and finished', async () => {
    leavePart(video, { ...goodSidecar(), totalBytes: undefined, bootId });
    it.server.script(answer(416, '<Error/>', { 'content-range': `bytes */${video.length}` }));
    expect(await it.capture()).toMatchObject({
      attempts: 1,
      resumedFrom: video.length,
      verified: ['length', 'crc64', 'mp4'],
    });
  });

  test('200 with another object: the new one, whole', async () => {
    leavePart(video.subarray(0, CUT), { ...goodSidecar(), crc64: undefined, bootId });
    it.server.script(serve(other, { etag: '"v2"', ignoreRange: true, headers: {} }));
    // The fixture obeys If-Match; this server does not know it.
    it.server.script((socket, request) => {
      delete request.headers['if-match'];
      serve(other, { etag: '"v2"', ignoreRange: true })(socket, request);
    });
    await it.capture();
    expect(it.finalBytes()?.equals(other)).toBe(true);
  });

  test('a checksum that only the 206 tells is checked over the whole file', async () => {
    leavePart(other.subarray(0, CUT), { ...goodSidecar(), crc64: undefined, bootId });
    it.server.script(serve(video, { crc64 }));
    expect(await it.capture()).toMatchObject({ verified: ['length', 'crc64', 'mp4'], attempts: bootId ? 2 : 1 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('a checksum that only the 206 tells proves the bytes that were here before', async () => {
    leavePart(video.subarray(0, CUT), { ...goodSidecar(), crc64: undefined, bootId });
    it.server.script(serve(video, { crc64 }));
    expect(await it.capture()).toMatchObject({ verified: ['length', 'crc64', 'mp4'], attempts: 1 });
  });

  test('an error page in place of the rest does not cost the part', async () => {
    leavePart(video.subarray(0, CUT), goodSidecar());
    it.server.script(
      answer(200, '<html>captive portal</html>', { 'content-type': 'text/html' }),
      serve(video, { crc64 }),
    );
    expect(await it.capture()).toMatchObject({ resumedFrom: CUT, attempts: 2 });
  });
});

describe('a server without a strong validator', () => {
  test.each<[string, ServeOptions]>([
    ['no ETag', { etag: null }],
    ['a weak ETag', { etag: 'W/"v1"' }],
    [
      'a date of this very minute',
      {
        etag: null,
        headers: { 'last-modified': 'Sat, 21 Nov 2026 11:59:30 GMT', date: 'Sat, 21 Nov 2026 12:00:00 GMT' },
      },
    ],
  ])('%s: starts again after a cut, and keeps no sidecar', async (_name, options) => {
    it.server.script(serve(video, { ...options, cutAt: CUT }), (socket, request) => {
      expect(existsSync(`${it.partPath}.json`)).toBe(false);
      serve(video, options)(socket, request);
    });
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 2 });
    expect(ranges(it.server.requests)).toEqual([undefined, undefined]);
  });
});

describe('nodes that do not agree on the ETag', () => {
  test.each<[string, ServeOptions, ServeOptions, number]>([
    ['each has its own', { etag: '"node-a"' }, { etag: '"node-b"' }, 3],
    ['all are weak', { etag: 'W/"a"' }, { etag: 'W/"b"' }, 2],
    ['there is none', { etag: null }, { etag: null }, 2],
    ['the second has none', { etag: '"node-a"' }, { etag: null }, 3],
    ['the first has none', { etag: null }, { etag: '"node-b"' }, 2],
  ])('%s: the same checksum proves that it is the same object', async (_name, first, second, requests) => {
    it.server.script(serve(video, { crc64, ...first, cutAt: CUT }), serve(video, { crc64, ...second }));
    expect(await it.capture()).toMatchObject({
      resumedFrom: CUT,
      attempts: 2,
      verified: ['length', 'crc64', 'mp4'],
    });
    expect(ranges(it.server.requests)).toEqual([undefined, ...Array(requests - 1).fill(`bytes=${CUT}-`)]);
    expect(it.server.requests.at(-1)?.headers).not.toHaveProperty('if-match');
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(it.clock.waits).toEqual([1000]);
  });

  test('a node that knows If-Range only and answers with everything is asked again for the rest', async () => {
    const step = serve(video, { crc64, etag: '"node-b"' });
    it.server.script(serve(video, { crc64, cutAt: CUT }), (socket, request) => {
      delete request.headers['if-match'];
      const isOther = request.headers['if-range'] !== undefined;
      (isOther ? serve(video, { crc64, etag: '"node-b"', ignoreRange: true }) : step)(socket, request);
    });
    expect(await it.capture()).toMatchObject({ resumedFrom: CUT, attempts: 2 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('a later run goes on by the checksum alone', async () => {
    leavePart(video.subarray(0, CUT), { ...goodSidecar(), etag: undefined });
    it.server.script(serve(video, { crc64, etag: null }));
    expect(await it.capture()).toMatchObject({ resumedFrom: CUT, attempts: 1 });
  });

  test('412, and the object is another one indeed: from the start', async () => {
    leavePart(video.subarray(0, CUT), goodSidecar());
    it.server.script(serve(other, { etag: '"v2"', crc64: '5' }), answer(206), serve(other, { etag: '"v2"' }));
    await it.capture();
    expect(ranges(it.server.requests)).toEqual([`bytes=${CUT}-`, `bytes=${CUT}-`, undefined]);
    expect(it.finalBytes()?.equals(other)).toBe(true);
  });

  test('the same checksum and another total prove nothing', async () => {
    leavePart(video.subarray(0, CUT), { ...goodSidecar(), etag: undefined, totalBytes: video.length - 1 });
    it.server.script(serve(video, { crc64, etag: null }));
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 2 });
  });

  test('a checksum that lies is found out in the end', async () => {
    leavePart(other.subarray(0, CUT), { ...goodSidecar(), etag: undefined });
    it.server.script(serve(video, { crc64, etag: null }));
    expect(await it.capture()).toMatchObject({ resumedFrom: 0, attempts: 2 });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });
});
