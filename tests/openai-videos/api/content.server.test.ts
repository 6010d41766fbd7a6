import { beforeAll, describe, expect, it } from 'vitest';
import { OpenAIVideosClient } from '#lib/openai-videos/index.ts';
import { composePicture } from '#lib/sandbox/clips/pictures.server.ts';
import { makePng } from '../../fixtures/media-files.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { type Reply, reply, videoServer } from '../../fixtures/openai-videos/video-server.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const KEY = 'sk-videos-0123456789';
let film: Buffer;
let pictures: { thumbnail: Buffer; spritesheet: Buffer };
beforeAll(async () => {
  film = await makeMp4({ sizeBytes: 300_000 });
  const picture = async (kind: 'thumbnail' | 'spritesheet') =>
    Buffer.from(await composePicture({ width: 1280, height: 720, kind, label: 'x' }));
  pictures = { thumbnail: await picture('thumbnail'), spritesheet: await picture('spritesheet') };
});

async function world(...replies: Reply[]) {
  const server = await videoServer(...replies);
  return { ...server, client: new OpenAIVideosClient({ baseUrl: server.baseUrl, apiKey: KEY }) };
}
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('the content of a video', () => {
  it.each(['video', 'thumbnail', 'spritesheet'] as const)('is asked for by its variant: %s', async (variant) => {
    const content = variant === 'video' ? film : pictures[variant];
    const { client, seen } = await world(
      reply(200, content, { 'content-length': String(content.length), etag: '"1"' }),
    );
    const response = await client.downloadContent('video_1', variant);
    const types = { video: 'video/mp4', thumbnail: 'image/webp', spritesheet: 'image/jpeg' };
    expect(Object.fromEntries(response.headers)).toEqual({
      ...{ 'content-type': types[variant], 'content-length': String(content.length), etag: '"1"' },
    });
    expect((await bytesOf(response)).equals(content)).toBe(true);
    const query = variant === 'video' ? '' : `?variant=${variant}`;
    expect(seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      [`/v1/videos/video_1/content${query}`, `Bearer ${KEY}`],
    ]);
    expect(client.contentLink('video_1', variant)).toEqual({
      url: `${client.baseUrl}/videos/video_1/content${query}`,
      headers: { authorization: `Bearer ${KEY}` },
    });
  });

  it('has the type of its bytes, whatever the server calls it', async () => {
    const { client } = await world(reply(200, film, { 'content-type': 'application/octet-stream' }));
    expect((await client.downloadContent('v')).headers.get('content-type')).toBe('video/mp4');
    const other = await world(reply(200, makePng(8, 8), { 'content-type': 'image/webp' }));
    expect((await other.client.downloadContent('v', 'thumbnail')).headers.get('content-type')).toBe('image/png');
  });

  it('may be elsewhere: the key does not go there, nor back from there', async () => {
    const storage = await videoServer(reply(200, film));
    const { client, seen } = await world(reply(302, '', { location: `${storage.origin}/film?sig=1` }));
    const response = await new OpenAIVideosClient({
      baseUrl: client.baseUrl,
      apiKey: KEY,
      allowPrivateNetwork: true,
    }).downloadContent('v');
    expect((await bytesOf(response)).equals(film)).toBe(true);
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(storage.seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/film?sig=1', undefined],
    ]);
  });

  it('keeps the key on a way within the server', async () => {
    const { client, seen } = await world(reply(307, '', { location: '/files/film' }), reply(200, film));
    await bytesOf(await client.downloadContent('v'));
    expect(seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/videos/v/content', `Bearer ${KEY}`],
      ['/files/film', `Bearer ${KEY}`],
    ]);
  });

  it('is not fetched from another private address that the server names', async () => {
    const inside = await videoServer(reply(200, film));
    const { client } = await world(reply(302, '', { location: `${inside.origin}/x` }));
    expect(await rejection(client.downloadContent('v'))).toMatchObject({ code: 'blocked-address', taskId: 'v' });
    expect(inside.seen).toEqual([]);
  });

  it.each(['thumbnail', 'spritesheet'] as const)('that is the film in place of the %s is not read', async (variant) => {
    let sent = 0;
    const { client } = await world((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/webp' });
      response.write(film.subarray(0, 64));
      sent = 64;
      // More would come only if somebody read on.
      response.on('close', () => {
        sent = -1;
      });
    });
    const error = await rejection(client.downloadContent('video_1', variant));
    expect(error).toMatchObject({
      code: 'not-a-video',
      retryable: false,
      message: expect.stringMatching(/sent an? MP4 video/),
    });
    await expect.poll(() => sent).toBe(-1);
  });

  it.each<[string, Reply, object]>([
    [
      '404',
      reply(404, { error: { message: 'The video is no longer available.' } }),
      { code: 'not-found', message: /no longer available/ },
    ],
    ['409 before it is completed', reply(409, { detail: 'not ready' }), { code: 'provider-failed', retryable: true }],
    ['an error with 200', reply(200, { error: { message: 'no' }, status: 401 }), { code: 'auth' }],
    [
      'JSON with 200',
      reply(200, { url: 'https://a.example/x.mp4?sig=secretsecret' }),
      { code: 'not-a-video', retryable: true },
    ],
    ['a page', reply(200, '<html>login</html>'), { code: 'not-a-video' }],
    ['nothing', reply(200, ''), { code: 'not-a-video' }],
  ])('is missing: %s', async (_name, answer, expected) => {
    const { client } = await world(answer);
    const error = await rejection(client.downloadContent('video_1'));
    expect(error).toMatchObject({ taskId: 'video_1', stage: 'downloading', ...withPattern(expected) });
    expect(String(error)).not.toContain('secretsecret');
  });

  it('that breaks off is an error of its stream', async () => {
    const { client } = await world((_request, response) => {
      response.writeHead(200, { 'content-length': film.length });
      response.write(film.subarray(0, 100_000), () => response.socket?.destroy());
    });
    expect(await rejection(bytesOf(await client.downloadContent('v')))).toMatchObject({ code: 'network' });
  });

  it('has no other variants', async () => {
    const { client, seen } = await world(reply(200, film));
    const variant = 'poster' as 'video';
    expect(await rejection(client.downloadContent('v', variant))).toMatchObject({ code: 'invalid-input' });
    expect(() => client.contentLink('v', variant)).toThrow(/thumbnail/);
    expect(seen).toEqual([]);
  });
});

function withPattern(expected: object): object {
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ]),
  );
}
