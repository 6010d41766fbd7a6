import { beforeAll, describe, expect, test } from 'vitest';
import { describeOtherBody } from '#lib/capture/check/body-sniff.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 100_000, width: 1280, height: 720, durationSeconds: 5 });
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

describe('another body', () => {
  test.each<[string, string | undefined, string]>([
    ['', 'text/html', 'The response is empty.'],
    ['<!DOCTYPE  html><p>x', undefined, 'The response is HTML: <!DOCTYPE html><p>x'],
    [
      '<Error><Code>A</Code><Message>b</Message></Error>',
      'application/xml',
      'The response is XML (application/xml): A (b)',
    ],
    ['<Error><Code>A</Code></Error>', undefined, 'The response is XML: A (no message)'],
    ['[1]', undefined, 'The response is JSON: [1]'],
    ['  no\n\tsuch  object ', 'text/plain', 'The response is text (text/plain): no such object'],
    ['\x89PNG\r\n', 'image/png', 'The response is binary data but not an MP4 video (image/png).'],
  ])('%j (%s) is described', (text, type, expected) => {
    expect(describeOtherBody(mp4, Buffer.from(text, 'latin1'), type)).toBe(expected);
  });

  test('is cleaned of what the caller knows as secret before its excerpt is cut', () => {
    const clean = (text: string) => text.replaceAll('s3cret', '…');
    const said = describeOtherBody(mp4, Buffer.from(`${'x'.repeat(297)}s3cret and more`), 'a/s3cret', clean);
    expect(said).toBe(`The response is text (a/…): ${'x'.repeat(297)}… a`);
  });
});
