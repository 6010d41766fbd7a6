import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { rejection, TASK_ID, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const MIB = 1024 * 1024;
/** 300 × 242 pixels, 8 bits, no alpha; the head of a PNG is all that is looked at. */
const PNG_HEAD = 'iVBORw0KGgoAAAANSUhEUgAAASwAAADyCAIAAAB4XG/JAA==';
const ALPHA_1X1 =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

interface Picture {
  width?: number;
  height?: number;
  colourType?: number;
  sizeBytes?: number;
}

function png({ width = 300, height = 300, colourType = 2, sizeBytes = 40 }: Picture = {}): string {
  const bytes = Buffer.alloc(sizeBytes);
  Buffer.from(PNG_HEAD, 'base64').copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes[25] = colourType;
  return inline(bytes);
}

function inline(bytes: Buffer, type = 'png'): string {
  return `data:image/${type};base64,${bytes.toString('base64')}`;
}

let requests: unknown[] = [];
beforeEach(() => {
  requests = [];
});
mockNetwork(
  http.all('https://dashscope.test/*', async ({ request }) => {
    requests.push(await request.json().catch(() => request.url));
    return HttpResponse.json({ output: { task_id: TASK_ID, task_status: 'PENDING' } });
  }),
);

const submit = (request: WanxRequest) => testClient({ clock: new VirtualClock() }).submit(request);
const image = (url: string): WanxRequest => ({ model: 'wan2.7-i2v', image: url });

describe('an inline image outside the limits of its model', () => {
  it.each<[string, () => WanxRequest, ...string[]]>([
    ['with transparency', () => image(ALPHA_1X1), 'image: the inline image', 'transparency'],
    ['as a URL object', () => ({ ...image(''), image: new URL(ALPHA_1X1) }), 'transparency'],
    ['that is narrow', () => image(png({ width: 239 })), 'image: the inline image', '239 × 300', '240 to 8000'],
    ['that is long', () => image(png({ height: 8001 })), '300 × 8001', '240 to 8000'],
    ['that is stretched', () => image(png({ width: 240, height: 1921 })), '240 × 1921', '1:8 to 8:1'],
    ['for a motion', () => ({ image: png(), video: 'https://e.com/a.mp4' }), 'data URL', 'wan2.2-animate-move'],
    [
      'as a reference of 2.6',
      () => ({ model: 'wan2.6-r2v', prompt: 'p', references: { images: [png()] } }),
      'data URL',
      'wan2.6-r2v',
    ],
    [
      'of 2.2, above 10 MiB',
      () => ({ model: 'wan2.2-i2v-flash', image: png({ sizeBytes: 10 * MIB + 1 }) }),
      '10485761 bytes',
      '10485760',
    ],
    ['of HappyHorse, small', () => ({ model: 'happyhorse-1.0-i2v', image: png({ width: 299 }) }), 'at least 300'],
    [
      'of HappyHorse, a bitmap',
      () => ({ model: 'happyhorse-1.0-i2v', image: inline(Buffer.from('BM000000'), 'bmp') }),
      'jpeg, png, webp.',
    ],
    ['above 20 MiB', () => image(png({ sizeBytes: 20 * MIB + 1 })), '20971521', '20971520'],
    [
      'of a text that is no base64 and 42 MB long',
      () => image(`data:image/png;base64,${'!'.repeat(42_000_000)}`),
      'base64',
    ],
    ['of a bad character', () => image('data:image/png;base64,!!!!'), 'base64', 'A-Z, a-z, 0-9, + and /'],
    ['of a bad length', () => image(png().slice(0, -5)), 'base64', 'multiple of 4'],
    ['with a line break', () => image(png().replace('iVBO', 'iVBO\n\n\n\n')), 'base64', 'line breaks'],
    ['of padding alone', () => image('data:image/png;base64,===='), 'base64'],
    ['of nothing', () => image('data:image/png;base64,'), 'base64'],
    ['that is a GIF', () => image(inline(Buffer.from('GIF89a000'))), 'image format', 'jpeg, png, bmp, webp'],
    ['that is a clip', () => image(inline(Buffer.from('\0\0\0\x18ftypisom0000'))), 'image format'],
    [
      'as the last frame',
      () => ({ firstFrame: 'https://e.com/a.png', lastFrame: ALPHA_1X1 }),
      'lastFrame: the inline image',
    ],
    [
      'as a reference',
      () => ({ prompt: 'p', references: { images: [{ source: ALPHA_1X1 }] } }),
      'references.images: the inline image',
    ],
  ])('%s is refused before anything is sent', async (_what, make, ...named) => {
    const error = await rejection(submit(make()));
    expect(error).toMatchObject({ code: 'invalid-input', stage: 'submitting', billable: 'no' });
    for (const part of named) expect(String(error)).toContain(part);
    expect(String(error)).not.toMatch(/iVBOR|!!!|data:/);
    expect(requests).toEqual([]);
  });

  it('with a blank before it is not taken for the path of a file, nor told as a whole', async () => {
    const error = await rejection(submit(image(` ${ALPHA_1X1}`)));
    expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('is not an image inline') });
    expect(String(error)).not.toContain('iVBOR');
  });

  it('keeps the file beside it from being uploaded', async () => {
    const file = join(temporaryFolder(), 'a.png');
    writeFileSync(file, Buffer.from(PNG_HEAD, 'base64'));
    const request = { firstFrame: file, lastFrame: ALPHA_1X1 };
    const upload = testClient({ clock: new VirtualClock() }).submit(request, { upload: true });
    expect(await rejection(upload)).toMatchObject({ code: 'invalid-input' });
    expect(requests).toEqual([]);
  });
});

describe('an inline image within them', () => {
  it.each<[string, () => string]>([
    ['of 20 MiB', () => png({ sizeBytes: 20 * MIB })],
    ['of which no pixels can be read', () => inline(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]), 'jpeg')],
    ['with its type in capitals', () => png().replace('image/png', 'IMAGE/PNG')],
  ])('%s is sent as it is', async (_what, make) => {
    const url = make();
    await submit(image(url));
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ input: { media: [{ url }] } });
  });

  it('may be small, or transparent, where no page forbids it', async () => {
    await submit({ model: 'wan3.0-video', prompt: 'p', image: ALPHA_1X1 });
    expect(requests).toMatchObject([{ input: { media: [{ url: ALPHA_1X1 }] } }]);
  });
});

describe('a sound or a clip inline', () => {
  it.each<WanxRequest>([
    { prompt: 'p', model: 'wan2.7-t2v', audioUrl: 'data:audio/mpeg;base64,SUQz' },
    { prompt: 'p', video: 'data:video/mp4;base64,AAAA' },
    { firstClip: 'data:video/mp4;base64,AAAA' },
  ])('is refused: only images may be', async (request) => {
    expect(await rejection(submit(request))).toMatchObject({ code: 'invalid-input' });
    expect(requests).toEqual([]);
  });
});
