import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { world } from '../../fixtures/yt-dlp/world.ts';

describe('what is refused without starting yt-dlp', () => {
  it.each([
    ['a search', 'ytsearch1:cats', 'invalid-input'],
    ['an option', '--exec=rm', 'invalid-input'],
    ['a file', 'file:///etc/passwd', 'invalid-input'],
    ['another protocol', 'rtmp://site.example/live', 'invalid-input'],
    ['a private address', 'http://10.0.0.1/film.mp4', 'blocked-address'],
    ['a name that resolves to one', 'http://site.example/film.mp4', 'blocked-address'],
  ])('%s', async (_what, url, code) => {
    const { download, tool } = await world();
    const resolve = async () => [{ address: '10.0.0.9', family: 4 }];
    await expect(download({ url }, { allowPrivateNetwork: false, resolve, proxy: {} })).rejects.toMatchObject({ code });
    expect(tool.runs()).toEqual([]);
  });
});

describe('the environment of yt-dlp', () => {
  it('has no secret, and no proxy but ours', async () => {
    const given = { AWS_SECRET_ACCESS_KEY: 's3cret', no_proxy: '127.0.0.1,*', https_proxy: 'http://other.example' };
    for (const [name, value] of Object.entries(given)) {
      const before = process.env[name];
      process.env[name] = value;
      onTestFinished(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    const { download, tool } = await world();
    await download({}, { proxy: {} });
    const environments = JSON.stringify(tool.runs().map(({ env }) => env));
    expect(environments).not.toMatch(/s3cret|other\.example|no_proxy/i);
  });

  it('finds our programs first: helpers that know no proxy are not started', async () => {
    const { download, tool } = await world();
    const { path } = await download({}, { proxy: {} });
    const first = tool
      .runs()
      .filter(({ args }) => args.includes('--proxy'))
      .map(({ env }) => env.PATH?.split(delimiter)[0]);
    expect(first).toEqual(Array(2).fill(join(dirname(path), 'local-ffmpeg')));
  });
});
