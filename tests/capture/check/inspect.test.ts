import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { box, film, fragmentedFilm, PICTURES } from '../../fixtures/mp4/mp4-builder.ts';
import { cutBehind } from '../../fixtures/mp4/mp4-surgery.ts';
import { answer, serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 300_000, width: 1280, height: 720, durationSeconds: 5 });
});
const it = useCaptureCase();

const OSS_XML = `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature differs.</Message>
<OSSAccessKeyId>LTAIsecret</OSSAccessKeyId><SignatureProvided>c2VjcmV0</SignatureProvided><StringToSign>GET secret</StringToSign></Error>`;

describe('an answer that is no video', () => {
  test.each([
    ['HTML', 'text/html', '<!doctype html><title>Sign in</title>', 'Sign in'],
    ['HTML that claims to be a video', 'video/mp4', '<html><body>Gateway</body></html>', 'Gateway'],
    ['XML', 'application/xml', OSS_XML, 'SignatureDoesNotMatch'],
    ['JSON', 'application/json', '{"code":"Throttling","url":"https://h/x?Signature=secret"}', 'Throttling'],
    ['XML without a code', 'application/xml', '<Fault><StringToSign>GET secret</StringToSign>Denied</Fault>', 'Denied'],
    ['text', 'text/plain', 'no such object', 'no such object'],
    ['nothing', 'video/mp4', '', 'empty'],
    ['another kind of file', 'image/png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'binary'],
  ])('%s: asked once more, then `not-a-video` with an excerpt and no secret', async (_name, type, body, excerpt) => {
    it.server.script(answer(200, body, { 'content-type': type }));
    const error = await it.failure();
    expect(error).toMatchObject({ code: 'not-a-video', stage: 'downloading', retryable: false });
    expect(error.message).toContain(excerpt);
    expect(error.message).not.toMatch(/secret|c2VjcmV0/);
    expect(error.message.length).toBeLessThan(500);
    expect(it.server.requests).toHaveLength(2);
    expect(await it.files()).toEqual([]);
  });

  test.each([
    [
      'a damaged box that no picture depends on',
      film({ tracks: [{ ...PICTURES, described: [box('colr', 'nclx')] }] }),
      'colr',
    ],
    ['zeros behind it', Buffer.concat([film(), Buffer.alloc(512)]), '512 bytes'],
    ['a label behind it', Buffer.concat([film(), Buffer.from('\n{"AIGC":"1"}')]), '13 bytes'],
  ])('a whole video with %s is a video, and says so in a note', async (_name, odd, note) => {
    it.server.script(serve(odd));
    const { attempts, verified, notes } = await it.capture();
    expect({ attempts, verified }).toEqual({ attempts: 1, verified: ['length', 'mp4'] });
    expect(notes).toEqual([expect.stringContaining(note)]);
    expect(it.finalBytes()?.equals(odd)).toBe(true);
    expect(await inspectAsset(it.finalPath, mp4)).toMatchObject({ notes });
  });

  test('a whole video has no note', async () => {
    it.server.script(serve(film()));
    expect(await it.capture()).not.toHaveProperty('notes');
  });

  test('a video whose announced length holds and whose pictures are not all there is none', async () => {
    it.server.script(serve(cutBehind(fragmentedFilm(), 'moof', 1)));
    expect(await it.failure()).toMatchObject({ code: 'not-a-video', stage: 'verifying' });
    expect(await it.files()).toEqual([]);
  });

  test('once, and a video the second time, is a video', async () => {
    it.server.script(answer(200, '<html>', { 'content-type': 'text/html' }), serve(video));
    expect(await it.capture()).toMatchObject({ attempts: 2 });
  });

  test('a video with the wrong type is a video', async () => {
    it.server.script(serve(video, { headers: { 'content-type': 'text/plain' } }));
    expect(await it.capture()).toMatchObject({
      media: { durationSeconds: 5, width: 1280, height: 720, hasAudio: false },
    });
  });

  test.each([1, 7, 8, 11])('an error page of %i bytes is not waited for', async (length) => {
    it.server.script(answer(200, 'x'.repeat(length)));
    expect(await it.failure()).toMatchObject({ code: 'not-a-video' });
  });
});

function sizedBox(type: string, size: number, body = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

function largeBox(type: string, size: bigint, body = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(size);
  return Buffer.concat([sizedBox(type, 1), length, body]);
}

describe('the boxes of an MP4', () => {
  const ftyp = sizedBox('ftyp', 16, Buffer.from('isom\0\0\0\0'));
  const cases: Array<[string, () => Buffer, RegExp | undefined]> = [
    ['whole', () => video, undefined],
    ['with a free box behind', () => Buffer.concat([video, sizedBox('free', 8)]), undefined],
    ['with a last box of size 0', () => Buffer.concat([video, sizedBox('free', 0, Buffer.alloc(99))]), undefined],
    ['with a 64-bit size', () => Buffer.concat([video, largeBox('free', 116n, Buffer.alloc(100))]), undefined],
    ['empty', () => Buffer.alloc(0), /empty/],
    ['without its last byte', () => video.subarray(0, -1), /mdat box ends 1 bytes after/],
    ['half', () => video.subarray(0, video.length / 2), /mdat box ends/],
    ['with a stray byte behind', () => Buffer.concat([video, Buffer.from([0])]), undefined],
    ['with text behind', () => Buffer.concat([video, Buffer.from('hello world, hello')]), undefined],
    ['with zeros behind', () => Buffer.concat([video, Buffer.alloc(64)]), undefined],
    [
      'with a 64-bit size past the end',
      () => Buffer.concat([video, largeBox('free', 117n, Buffer.alloc(100))]),
      /after/,
    ],
    ['with a 64-bit size cut short', () => Buffer.concat([video, sizedBox('free', 1)]), /cut short/],
    ['with an absurd 64-bit size', () => Buffer.concat([video, largeBox('free', 2n ** 63n)]), /impossible/],
    ['with an impossible size', () => Buffer.concat([video, sizedBox('free', 7)]), /impossible size 7/],
    ['not beginning with ftyp', () => Buffer.concat([sizedBox('free', 8), video]), /start with an ftyp/],
    ['without moov', () => Buffer.concat([ftyp, sizedBox('mdat', 8)]), /no moov/],
    ['without mdat', () => Buffer.concat([ftyp, sizedBox('moov', 8)]), /no mdat/],
    [
      'with an empty moov',
      () => Buffer.concat([ftyp, sizedBox('moov', 8), sizedBox('mdat', 8)]),
      /cannot be read|no picture/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, problem) => {
    const path = join(it.folder, 'x.mp4');
    writeFileSync(path, make());
    const found = await inspectAsset(path, mp4);
    if (problem) expect(found.problem).toMatch(problem);
    else expect(found).toMatchObject({ media: { durationSeconds: 5, width: 1280, height: 720 } });
    expect(found.problem === undefined).toBe(problem === undefined);
  });

  test('of every length but the full one are never whole', async () => {
    const small = await makeMp4({ sizeBytes: 16, durationSeconds: 0.1 });
    const path = join(it.folder, 'x.mp4');
    for (let length = 0; length < small.length; length += 1) {
      writeFileSync(path, small.subarray(0, length));
      expect((await inspectAsset(path, mp4)).problem, `${length} bytes`).toBeDefined();
    }
  });

  test('a file that is not there is `not-found`', async () => {
    await expect(inspectAsset(join(it.folder, 'none.mp4'), mp4)).rejects.toMatchObject({ code: 'not-found' });
  });
});
