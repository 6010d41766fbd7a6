import { expect, it } from 'vitest';
import { childEnvironment } from '#lib/scrape/video-downloader/tool/environment.ts';
import { OFFLINE_NODE_OPTIONS } from '#lib/scrape/video-downloader/tool/offline-node.server.ts';

it('passes on where things are, and no proxy and no secret', () => {
  const given = {
    PATH: '/usr/bin',
    HOME: '/home/a',
    https_proxy: 'http://x',
    NO_PROXY: '*',
    no_proxy: '127.0.0.1',
    AWS_SECRET_ACCESS_KEY: 's',
    DASHSCOPE_API_KEY: 's',
    PYTHONPATH: '/evil',
    NODE_OPTIONS: '--require /evil.js',
  };
  expect(childEnvironment(given)).toEqual({
    PATH: '/usr/bin',
    HOME: '/home/a',
    LC_ALL: 'C.UTF-8',
    PYTHONUTF8: '1',
    PYTHONIOENCODING: 'utf-8',
    NODE_OPTIONS: OFFLINE_NODE_OPTIONS,
  });
});
