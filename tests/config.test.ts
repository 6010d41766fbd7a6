import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProviderHost, readProxy, readSettings } from '#lib/config.ts';

describe('readSettings', () => {
  it('has a default for everything but the secrets', () => {
    expect(readSettings({})).toEqual({
      mediaDir: expect.stringMatching(/^\/.*reelkeep/),
      hasOwnMediaDir: false,
      projectRoot: process.cwd(),
      dashscopeApiKey: undefined,
      dashscopeBaseUrl: 'https://dashscope-intl.aliyuncs.com/api/v1',
      wanxModel: 'wan2.7-t2v',
      openaiVideosBaseUrl: undefined,
      openaiVideosApiKey: undefined,
      openaiVideosModel: undefined,
      falKey: undefined,
      falQueueBaseUrl: 'https://queue.fal.run',
      falApiBaseUrl: undefined,
      generatedVideosDir: resolve('static/generated-videos'),
      scrapedVideosDir: resolve('scraped-videos'),
      storageUsdPerGb: undefined,
      ytDlpPath: undefined,
      publicBaseUrl: undefined,
      videoDir: resolve('static/videos'),
      metadataPath: resolve('src/lib/data/generated-videos.json'),
      database: undefined,
      assets: undefined,
      playback: 'proxy',
      pollIntervalMs: undefined,
      allowPrivateNetwork: false,
      proxy: { https: undefined, http: undefined, all: undefined, noProxy: undefined },
      notionToken: undefined,
      notionBaseUrl: 'https://api.notion.com',
      budgetUsd: undefined,
      keepVersions: 5,
      adminToken: undefined,
      makesPictures: true,
      logLevel: undefined,
    });
  });

  it('takes what is set, relative to the project root', () => {
    const settings = readSettings({
      WANX_PROJECT_ROOT: '/srv/reel',
      DASHSCOPE_API_KEY: ' sk-abcdef \n',
      DASHSCOPE_HTTP_BASE_URL: 'http://127.0.0.1:4010',
      WANX_MODEL: 'wan3.0-video',
      OPENAI_VIDEOS_BASE_URL: 'http://10.0.0.5:8000/v1',
      OPENAI_VIDEOS_API_KEY: 'sk-videos',
      OPENAI_VIDEOS_MODEL: 'wan2.2-t2v',
      FAL_KEY: 'id:secret',
      FAL_QUEUE_BASE_URL: 'https://gateway.example/fal',
      FAL_API_BASE_URL: 'https://gateway.example/api',
      GENERATED_VIDEOS_DIR: 'public/generated-videos',
      SCRAPED_VIDEOS_DIR: 'films',
      REELKEEP_STORAGE_USD_PER_GB: '0.023',
      YT_DLP_PATH: '/opt/yt-dlp',
      PUBLIC_BASE_URL: 'https://videos.example',
      WANX_VIDEO_DIR: 'clips',
      WANX_METADATA_PATH: '/var/reel.json',
      WANX_POLL_INTERVAL_MS: '250',
      WANX_ALLOW_PRIVATE_NETWORK: '1',
      NOTION_TOKEN: 'ntn_abcdef',
      NOTION_BASE_URL: 'http://127.0.0.1:4010/notion',
      WANX_BUDGET_USD: '0',
      WANX_KEEP_VERSIONS: '0',
      REELKEEP_DATABASE: 'sqlite:data/reel.db',
      REELKEEP_ASSETS: 's3://films/reel',
      REELKEEP_PLAYBACK: 'redirect',
      REELKEEP_UPLOAD_BYTES_PER_SECOND: '2000000',
      AWS_REGION: 'eu-central-1',
      REELKEEP_ADMIN_TOKEN: '0123456789abcdef',
      REELKEEP_PICTURES: '0',
      REELKEEP_MEDIA_DIR: '/mnt/media',
      REELKEEP_LOG_LEVEL: 'warn',
      HTTPS_PROXY: ' http://jo:pass@proxy.example:3128 ',
      HTTP_PROXY: 'http://plain.example:3128',
      ALL_PROXY: 'http://all.example:3128',
      NO_PROXY: 'a.example, .b.example',
    });
    expect(settings).toEqual({
      projectRoot: '/srv/reel',
      dashscopeApiKey: 'sk-abcdef',
      dashscopeBaseUrl: 'http://127.0.0.1:4010',
      wanxModel: 'wan3.0-video',
      openaiVideosBaseUrl: 'http://10.0.0.5:8000/v1',
      openaiVideosApiKey: 'sk-videos',
      openaiVideosModel: 'wan2.2-t2v',
      falKey: 'id:secret',
      falQueueBaseUrl: 'https://gateway.example/fal',
      falApiBaseUrl: 'https://gateway.example/api',
      generatedVideosDir: '/srv/reel/public/generated-videos',
      scrapedVideosDir: '/srv/reel/films',
      storageUsdPerGb: 0.023,
      ytDlpPath: '/opt/yt-dlp',
      publicBaseUrl: 'https://videos.example',
      videoDir: '/srv/reel/clips',
      metadataPath: '/var/reel.json',
      database: 'sqlite:/srv/reel/data/reel.db',
      assets: {
        ...{ bucket: 'films', prefix: 'reel', region: 'eu-central-1', forcePathStyle: false },
        ...{ endpoint: undefined, publicEndpoint: undefined, credentials: undefined, uploadBytesPerSecond: 2_000_000 },
      },
      playback: 'redirect',
      pollIntervalMs: 250,
      allowPrivateNetwork: true,
      proxy: {
        https: 'http://jo:pass@proxy.example:3128',
        http: 'http://plain.example:3128',
        all: 'http://all.example:3128',
        noProxy: 'a.example, .b.example',
      },
      notionToken: 'ntn_abcdef',
      notionBaseUrl: 'http://127.0.0.1:4010/notion',
      budgetUsd: 0,
      keepVersions: 0,
      adminToken: '0123456789abcdef',
      makesPictures: false,
      mediaDir: '/mnt/media',
      hasOwnMediaDir: true,
      logLevel: 'warn',
    });
  });

  it('reads the environment of the moment, and an empty value is no value', () => {
    process.env.WANX_MODEL = 'wan2.7-i2v';
    try {
      expect(readSettings().wanxModel).toBe('wan2.7-i2v');
      process.env.WANX_MODEL = ' ';
      expect(readSettings().wanxModel).toBe('wan2.7-t2v');
    } finally {
      delete process.env.WANX_MODEL;
    }
  });

  it.each([
    ['WANX_KEEP_VERSIONS', '-1'],
    ['WANX_KEEP_VERSIONS', '2.5'],
    ['DASHSCOPE_API_KEY', 'sk-secret two'],
    ['DASHSCOPE_HTTP_BASE_URL', 'ftp://secret.example'],
    ['DASHSCOPE_HTTP_BASE_URL', 'not a secret url'],
    ['WANX_POLL_INTERVAL_MS', 'secret-fast'],
    ['WANX_POLL_INTERVAL_MS', '-1'],
    ['WANX_POLL_INTERVAL_MS', '1e400'],
    ['WANX_ALLOW_PRIVATE_NETWORK', 'secret-yes'],
    ['WANX_BUDGET_USD', '-5'],
    ['WANX_BUDGET_USD', 'Infinity'],
    ['REELKEEP_DATABASE', 'mysql://secret@db.example/reel'],
    ['REELKEEP_DATABASE', 'secret/reel.db'],
    ['REELKEEP_ASSETS', 'https://secret.example/bucket'],
    ['REELKEEP_PLAYBACK', 'secret'],
    ['REELKEEP_UPLOAD_BYTES_PER_SECOND', 'secret'],
    ['REELKEEP_ADMIN_TOKEN', 'secret'],
    ['REELKEEP_ADMIN_TOKEN', 'a secret with blanks in it'],
    ['REELKEEP_ADMIN_TOKEN', 'a-secret-with-ümlauts-in-it'],
  ])('refuses %s=%s, naming the variable and not the value', (name, value) => {
    let thrown: unknown;
    try {
      readSettings({ [name]: value });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'ReelError', code: 'config', stage: 'configuring' });
    expect(String(thrown)).toContain(name);
    expect(String(thrown)).not.toContain(value);
    expect(String(thrown)).not.toContain('secret');
  });
});

describe('readProxy', () => {
  it.each([
    [{ https_proxy: 'http://low', HTTPS_PROXY: 'http://up' }, { https: 'http://low' }],
    [{ https_proxy: ' ', HTTPS_PROXY: 'http://up' }, { https: 'http://up' }],
    [{ http_proxy: 'http://low', HTTP_PROXY: 'http://up' }, { http: 'http://low' }],
    [{ all_proxy: 'http://low', ALL_PROXY: 'http://up' }, { all: 'http://low' }],
    [{ no_proxy: 'low', NO_PROXY: 'up' }, { noProxy: 'low' }],
    // In CGI it is what the request's own header `Proxy` says.
    [{ REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil' }, {}],
    [{ REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil', http_proxy: 'http://low' }, { http: 'http://low' }],
    [{ REQUEST_METHOD: 'GET', HTTPS_PROXY: 'http://up' }, { https: 'http://up' }],
    // Judged where it is needed: a list of videos needs none.
    [{ HTTPS_PROXY: 'socks5://127.0.0.1:1080' }, { https: 'socks5://127.0.0.1:1080' }],
  ])('reads %j as %j', (environment, expected) => {
    expect(readProxy(environment)).toEqual(expected);
    expect(readSettings(environment).proxy).toEqual(expected);
  });
});

it('takes other programs’ proxy variables for what they are', () => {
  expect(readSettings({ FTP_PROXY: 'http://x', HTTP_PROXY_PORT: '1', http_proxies: 'x' }).proxy.http).toBeUndefined();
});

describe('readProviderHost', () => {
  it.each([
    [{}, 'dashscope-intl.aliyuncs.com'],
    [{ DASHSCOPE_HTTP_BASE_URL: ' https://dashscope.aliyuncs.com/api/v1 ' }, 'dashscope.aliyuncs.com'],
    [{ DASHSCOPE_HTTP_BASE_URL: 'nonsense', WANX_BUDGET_USD: 'nonsense' }, undefined],
  ])('of %j is %s', (environment, expected) => {
    expect(readProviderHost(environment)).toBe(expected);
  });
});
