import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mediaScheme, registerMediaProtocol } from '#lib/electron/index.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const CLIP = 'reelkeep-media://files/p1/clip.mp4';

function app() {
  const userData = temporaryFolder();
  const videos = join(userData, 'Reelkeep Media/projects/p1/videos');
  mkdirSync(videos, { recursive: true });
  writeFileSync(join(videos, 'clip.mp4'), '0123456789');
  const handlers = new Map<string, (request: Request) => Promise<Response>>();
  registerMediaProtocol(
    { handle: (scheme, handler) => void handlers.set(scheme, handler) },
    { getPath: () => userData },
  );
  const ask = async (address: string, init: RequestInit = {}) => {
    const response = await handlers.get(mediaScheme.scheme)?.(new Request(address, init));
    if (!response) throw new Error('nobody answers');
    return response;
  };
  return { userData, videos, ask };
}

it('the scheme is one that players can seek in', () => {
  expect(mediaScheme).toEqual({
    ...{ scheme: 'reelkeep-media' },
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
  });
});

describe('a file', () => {
  it.each([
    [undefined, 200, '0123456789', undefined],
    ['bytes=0-', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ['bytes=10-', 416, 'The file has 10 bytes.', 'bytes */10'],
    ['bytes=-0', 416, 'The file has 10 bytes.', 'bytes */10'],
    ['bytes=4-2', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['seconds=1-2', 200, '0123456789', undefined],
  ])('for Range %s: %i', async (range, status, text, place) => {
    const { ask } = app();
    const response = await ask(CLIP, { headers: range === undefined ? {} : { range } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-range') ?? undefined).toBe(place);
    expect(await response.text()).toBe(text);
    if (status === 416) return;
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(response.headers.get('accept-ranges')).toBe('bytes');
  });

  it.each([
    ['poster.webp', 'image/webp'],
    ['sprites.jpg', 'image/jpeg'],
    ['sprites.vtt', 'text/vtt; charset=utf-8'],
  ])('may be a picture of a film, such as %s', async (ending, type) => {
    const { videos, ask } = app();
    writeFileSync(join(videos, `clip.mp4.${ending}`), 'drawn');
    const response = await ask(`${CLIP}.${ending}`);
    expect([response.headers.get('content-type'), await response.text()]).toEqual([type, 'drawn']);
  });

  it('is told of by HEAD, without its bytes', async () => {
    const { ask } = app();
    const response = await ask(CLIP, { method: 'HEAD', headers: { range: 'bytes=2-4' } });
    expect([response.status, response.headers.get('content-length'), response.body]).toEqual([200, '10', null]);
  });

  it('that the page has already is not sent again', async () => {
    const { ask } = app();
    const etag = (await ask(CLIP, { method: 'HEAD' })).headers.get('etag') ?? '';
    expect((await ask(CLIP, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('of the older folder is served until it is adopted', async () => {
    const { ask, userData } = app();
    mkdirSync(join(userData, 'projects/p2/videos'), { recursive: true });
    writeFileSync(join(userData, 'projects/p2/videos/old one.mp4'), 'old');
    expect(await (await ask('reelkeep-media://files/p2/old%20one.mp4')).text()).toBe('old');
  });

  it.each([
    'reelkeep-media://files/p1/other.mp4',
    'reelkeep-media://files/p2/clip.mp4',
    'reelkeep-media://other/p1/clip.mp4',
    'reelkeep-media://files/p1',
    'reelkeep-media://files/p1/clip.mp4/x',
    'reelkeep-media://files/p1/..%2F..%2F..%2F.reelkeep-media.json',
    'reelkeep-media://files/%2E%2E/clip.mp4',
    'reelkeep-media://files/p1/%FF.mp4',
    'reelkeep-media://files/p1/link.mp4',
    'reelkeep-media://files/p3/clip.mp4',
  ])('is not at %s', async (address) => {
    const { ask, videos } = app();
    symlinkSync('/etc/passwd', join(videos, 'link.mp4'));
    symlinkSync(join(videos, '..'), join(videos, '../../p3'));
    expect((await ask(address)).status).toBe(404);
  });

  it('can be read only', async () => {
    const { ask } = app();
    expect((await ask(CLIP, { method: 'DELETE' })).status).toBe(405);
  });
});
