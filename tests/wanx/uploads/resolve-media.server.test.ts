import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HttpResponse, http } from 'msw';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mediaFormatOf } from '#lib/wanx/request/media-format.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { KEY, rejection, TASK_ID, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const PNG_HEAD = [
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 1, 0, 0, 0, 1, 0, 8,
];
const files = {
  'a.png': Buffer.from([...PNG_HEAD, 2, 0, 0, 0]),
  'alpha.png': Buffer.from([...PNG_HEAD, 6, 0, 0, 0]),
  'a.jpg': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]),
  'really-a.png': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]),
  'a.mp4': Buffer.from('\0\0\0\x18ftypisom0000'),
  'a.mp3': Buffer.from('ID3\x04sound'),
  'a.txt': Buffer.from('hello'),
  'a.md': Buffer.from('# A story'),
  'a.pdf': Buffer.from('%PDF-1.7'),
  'a.DOCX': Buffer.from('PK\x03\x04'),
  'a.pptx': Buffer.from('PK\x03\x04'),
  'really-html.pdf': Buffer.from('<html>'),
  empty: Buffer.alloc(0),
};

let folder = '';
const path = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(path(name), bytes);
  const sparse = { 'large.jpg': 8_000_000, 'huge.jpg': 21 * 1024 * 1024, 'huge.mp4': 101 * 1024 * 1024 };
  for (const [name, size] of Object.entries(sparse)) {
    await writeFile(path(name), name.endsWith('jpg') ? files['a.jpg'] : files['a.mp4']);
    await truncate(path(name), size);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Upload {
  authorization: string | null;
  fields: Record<string, string>;
  names: string[];
  file: { type: string; size: number } | undefined;
}
const seen = {
  created: [] as Array<{ body: unknown; resolve: string | null }>,
  policies: [] as string[],
  uploads: [] as Upload[],
};
let uploadHost = 'https://storage.test';
let uploadStatus = 200;
beforeEach(() => {
  Object.assign(seen, { created: [], policies: [], uploads: [] });
  uploadHost = 'https://storage.test';
  uploadStatus = 200;
});

mockNetwork(
  http.post('https://dashscope.test/*', async ({ request }) => {
    seen.created.push({ body: await request.json(), resolve: request.headers.get('x-dashscope-ossresourceresolve') });
    return HttpResponse.json({ output: { task_id: TASK_ID, task_status: 'PENDING' } });
  }),
  http.get('https://dashscope.test/api/v1/uploads', ({ request }) => {
    seen.policies.push(new URL(request.url).search);
    const data = {
      upload_host: uploadHost,
      upload_dir: 'dashscope-instant/1/2',
      policy: 'policy-1',
      signature: 'signature-1',
      oss_access_key_id: 'id-1',
      x_oss_object_acl: 'private',
      x_oss_forbid_overwrite: 'true',
    };
    return HttpResponse.json({ data, request_id: 'r' });
  }),
  http.post('https://storage.test/', async ({ request }) => {
    const form = await request.formData();
    const file = form.get('file');
    seen.uploads.push({
      authorization: request.headers.get('authorization'),
      fields: Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
      names: [...form.keys()],
      file: file instanceof Blob ? { type: file.type, size: file.size } : undefined,
    });
    return new HttpResponse(null, { status: uploadStatus });
  }),
);

const client = () => testClient({ clock: new VirtualClock() });
const mediaUrls = () =>
  seen.created.map(({ body }) => (body as { input: { media: { url: string }[] } }).input.media.map(({ url }) => url));

describe('a local image', () => {
  it.each(['path', 'file URL'])('given as %s goes inline, its type by its bytes and not its name', async (kind) => {
    const image = kind === 'path' ? path('really-a.png') : pathToFileURL(path('really-a.png'));
    await client().submit({ image });
    expect(mediaUrls()).toEqual([[`data:image/jpeg;base64,${files['really-a.png'].toString('base64')}`]]);
    expect(seen.policies).toEqual([]);
  });

  it('is uploaded when asked: without our key, bound to the model, then named by oss://', async () => {
    await client().submit({ image: path('a.png') }, { upload: true });
    expect(seen.policies).toEqual(['?action=getPolicy&model=wan2.7-i2v']);
    const [upload] = seen.uploads;
    expect(upload?.authorization).toBeNull();
    expect(upload?.fields).toEqual({
      OSSAccessKeyId: 'id-1',
      Signature: 'signature-1',
      policy: 'policy-1',
      'x-oss-object-acl': 'private',
      'x-oss-forbid-overwrite': 'true',
      key: expect.stringMatching(/^dashscope-instant\/1\/2\/[0-9a-f-]{36}\.png$/),
      success_action_status: '200',
    });
    // OSS ignores fields that come after the file.
    expect(upload?.names.at(-1)).toBe('file');
    expect(upload?.file).toEqual({ type: 'image/png', size: files['a.png'].length });
    expect(mediaUrls()).toEqual([[`oss://${upload?.fields.key}`]]);
    expect(seen.created[0]?.resolve).toBe('enable');
    expect(JSON.stringify(upload)).not.toContain(KEY);
  });

  it.each<[string, (file: string) => WanxRequest]>([
    ['a person to set in motion', (file) => ({ image: file, video: 'https://e.com/a.mp4' })],
    ['a reference of 2.6', (file) => ({ model: 'wan2.6-r2v', prompt: 'p', references: { images: [file] } })],
  ])('is uploaded where the model reads none inline: %s', async (_what, request) => {
    await client().submit(request(path('a.png')));
    expect(seen.uploads.map(({ file }) => file?.type)).toEqual(['image/png']);
    expect(JSON.stringify(seen.created[0]?.body)).toContain(`oss://${seen.uploads[0]?.fields.key}`);
  });

  it('is uploaded when it is too large to go inline', async () => {
    await client().submit({ image: path('large.jpg') });
    expect(seen.uploads[0]?.file?.size).toBe(8_000_000);
  });
});

describe('other local files', () => {
  it('are uploaded: a clip, a sound', async () => {
    await client().submit({ prompt: 'p', video: path('a.mp4') });
    await client().submit({ prompt: 'p', audioUrl: path('a.mp3') });
    expect(seen.uploads.map(({ file }) => file?.type)).toEqual(['video/mp4', 'audio/mpeg']);
    expect(seen.created[1]?.body).toMatchObject({ input: { audio_url: expect.stringMatching(/^oss:.*\.mp3$/) } });
  });
});

describe('a voice', () => {
  it('is uploaded and named beside the one who speaks with it', async () => {
    const images = [{ source: path('a.png'), voice: path('a.mp3') }, path('a.jpg')];
    await client().submit({ prompt: 'p', references: { images } });
    expect(seen.uploads.map(({ file }) => file?.type)).toEqual(['audio/mpeg']);
    expect(seen.created[0]).toMatchObject({
      resolve: 'enable',
      body: {
        input: {
          media: [
            { type: 'reference_image', reference_voice: `oss://${seen.uploads[0]?.fields.key}` },
            { type: 'reference_image' },
          ],
        },
      },
    });
  });
});

describe('a document', () => {
  it.each([
    ['a.md', 'text/markdown'],
    ['a.pdf', 'application/pdf'],
    ['a.DOCX', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['a.pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ])('%s is uploaded as %s', async (name, type) => {
    await client().submit({ document: path(name) });
    expect(seen.policies).toEqual(['?action=getPolicy&model=wan3.0-video']);
    expect(seen.uploads.map(({ file }) => file?.type)).toEqual([type]);
    expect(mediaUrls()).toEqual([[`oss://${seen.uploads[0]?.fields.key}`]]);
  });

  it('is not what a link names: that is an address and nothing else', async () => {
    await client().submit({ link: 'https://e.com/a.pdf?x=%2F' });
    expect(mediaUrls()).toEqual([['https://e.com/a.pdf?x=%2F']]);
    expect(seen.uploads).toEqual([]);
  });
});

describe('URLs', () => {
  it.each(['https://e.com/a%20b?x=%2F', 'http://e.com/a', 'oss://b/k'])('%s passes unchanged', async (image) => {
    await client().submit({ image });
    expect(mediaUrls()).toEqual([[image]]);
  });
});

describe('a refusal of media', () => {
  it.each([
    ['a missing file', { image: 'no-such-file.png' }, 'image', 'no-such-file.png'],
    ['a text', { image: 'a.txt' }, 'image', 'image format'],
    ['an empty file', { image: 'empty' }, 'image', 'image format'],
    ['a folder', { image: '.' }, 'image'],
    ['a video for an image', { image: 'a.mp4' }, 'image', 'image format'],
    ['an image for a video', { prompt: 'p', video: 'a.png' }, 'video', 'video format'],
    ['an image over 20 MiB', { image: 'huge.jpg' }, 'image', '20971520'],
    ['a clip over 100 MiB', { firstClip: 'huge.mp4' }, 'firstClip', '104857600'],
    ['a PNG with transparency', { firstFrame: 'alpha.png' }, 'firstFrame', 'transparency'],
    ['a text as document', { document: 'a.txt' }, 'document', 'docx, pptx, pdf, md'],
    ['a page named like a PDF', { document: 'really-html.pdf' }, 'document', 'document format'],
    ['an image over 5 MiB to set in motion', { image: 'large.jpg', video: 'a.mp4' }, 'image', '5242880'],
    ['an image for a sound', { prompt: 'p', audioUrl: 'a.png' }, 'audioUrl', 'wav, mp3'],
  ])('%s: nothing is sent', async (_name, request, ...named) => {
    const local = Object.fromEntries(
      Object.entries(request).map(([option, value]) => [option, option === 'prompt' ? value : path(value)]),
    );
    const error = await rejection(client().submit(local));
    expect(error).toMatchObject({ code: 'invalid-input', stage: 'submitting', billable: 'no' });
    for (const part of named) expect(String(error)).toContain(part);
    expect([...seen.created, ...seen.policies, ...seen.uploads]).toEqual([]);
  });

  it('names the reference whose voice is none', async () => {
    const images = [{ source: 'https://e.com/a.png', voice: path('a.txt') }];
    const error = await rejection(client().submit({ prompt: 'p', references: { images } }));
    expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('references.images voice') });
    expect(seen.created).toEqual([]);
  });

  it.each(['ftp://e.com/a.png', 'javascript:alert(1)', 'file://otherhost/a.png'])(
    '%s: a scheme that is not taken',
    async (image) => {
      expect(await rejection(client().submit({ image }))).toMatchObject({ code: 'invalid-input' });
      expect(seen.created).toEqual([]);
    },
  );

  it('sends no file when a later one is wrong', async () => {
    const request = { firstFrame: path('a.png'), lastFrame: path('a.txt') };
    expect(await rejection(client().submit(request, { upload: true }))).toMatchObject({ code: 'invalid-input' });
    expect(seen.policies).toEqual([]);
  });
});

describe('a failed upload', () => {
  it('buys nothing, and says that it can be tried again', async () => {
    uploadStatus = 403;
    const error = await rejection(client().submit({ image: path('a.png') }, { upload: true }));
    expect(error).toMatchObject({ code: 'provider-failed', retryable: true, billable: 'no' });
    expect(seen.created).toEqual([]);
  });

  it('does not send the file over plain http', async () => {
    uploadHost = 'http://storage.test';
    const error = await rejection(client().submit({ image: path('a.png') }, { upload: true }));
    expect(error).toMatchObject({ code: 'provider-failed', billable: 'no' });
    expect(seen.uploads).toEqual([]);
  });
});

describe('mediaFormatOf', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['BM6', 'image/bmp'],
    ['RIFF0000WEBPVP8 ', 'image/webp'],
    ['RIFF0000WAVEfmt ', 'audio/wav'],
    ['RIFF0000AVI LIST', 'video/x-msvideo'],
    ['II*\0\x08\0\0\0', 'image/tiff'],
    ['MM\0*\0\0\0\x08', 'image/tiff'],
    ['RIFF0000ACON', undefined],
    ['\0\0\0\x20ftypqt  ', 'video/quicktime'],
    ['\0\0\0\x20ftypmp42', 'video/mp4'],
    ['ID3\x03', 'audio/mpeg'],
    ['\xff\xfb\x90', 'audio/mpeg'],
    ['\xff\xff\xff', undefined],
    ['GIF89a', undefined],
    ['', undefined],
  ])('%j is %s', (head, mimeType) => {
    expect(mediaFormatOf(Buffer.from(head, 'latin1'))?.mimeType).toBe(mimeType);
  });
});
