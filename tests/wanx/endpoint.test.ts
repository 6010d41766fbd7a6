import { describe, expect, it } from 'vitest';
import { endpointOf, regionOf } from '#lib/wanx/endpoint.ts';
import { REGIONS } from '#lib/wanx/regions.ts';

const FALLBACK = 'https://dashscope-intl.aliyuncs.com/api/v1';

describe('endpointOf', () => {
  it.each([
    [{}, FALLBACK],
    [{ baseUrl: 'https://h.example' }, 'https://h.example/api/v1'],
    [{ baseUrl: ' https://h.example/ ' }, 'https://h.example/api/v1'],
    [{ baseUrl: 'https://h.example/api/v1' }, 'https://h.example/api/v1'],
    [{ baseUrl: 'https://h.example/api/v1//' }, 'https://h.example/api/v1'],
    [{ baseUrl: 'https://h.example:8443/proxy/' }, 'https://h.example:8443/proxy/api/v1'],
    [{ baseUrl: 'http://127.0.0.1:4010' }, 'http://127.0.0.1:4010/api/v1'],
    [{ baseUrl: 'http://localhost:4010' }, 'http://localhost:4010/api/v1'],
    [{ baseUrl: 'http://[::1]:4010' }, 'http://[::1]:4010/api/v1'],
    [{ baseUrl: 'http://sandbox:4010', allowPlainHttp: true }, 'http://sandbox:4010/api/v1'],
    [{ region: 'beijing' }, 'https://dashscope.aliyuncs.com/api/v1'],
    [{ region: 'singapore' }, FALLBACK],
    [{ region: 'us' }, 'https://dashscope-us.aliyuncs.com/api/v1'],
    [{ region: 'beijing', workspaceId: 'ws-1' }, 'https://ws-1.cn-beijing.maas.aliyuncs.com/api/v1'],
    [{ region: 'singapore', workspaceId: 'ws-1' }, 'https://ws-1.ap-southeast-1.maas.aliyuncs.com/api/v1'],
    [{ region: 'us', workspaceId: 'ws-1' }, 'https://ws-1.us-east-1.maas.aliyuncs.com/api/v1'],
    [{ region: 'frankfurt', workspaceId: 'ws-1' }, 'https://ws-1.eu-central-1.maas.aliyuncs.com/api/v1'],
    [{ region: 'tokyo', workspaceId: 'ws-1' }, 'https://ws-1.ap-northeast-1.maas.aliyuncs.com/api/v1'],
    [{ region: 'hongkong', workspaceId: 'ws-1' }, 'https://ws-1.cn-hongkong.maas.aliyuncs.com/api/v1'],
    [{ baseUrl: 'https://h.example', region: 'beijing', workspaceId: 'ws-1' }, 'https://h.example/api/v1'],
    // Without a region the workspace is only a header.
    [{ workspaceId: 'ws-1' }, FALLBACK],
  ] as const)('%j is %s', (options, expected) => {
    expect(endpointOf(options, FALLBACK)).toBe(expected);
  });

  it.each([
    [{ baseUrl: 'dashscope.aliyuncs.com' }],
    [{ baseUrl: '' }],
    [{ baseUrl: 'ftp://h.example' }],
    [{ baseUrl: 'https://user:secret@h.example' }],
    [{ baseUrl: 'https://h.example?key=secret' }],
    [{ baseUrl: 'https://h.example#secret' }],
    // The key would cross the network in the clear.
    [{ baseUrl: 'http://h.example' }],
    [{ baseUrl: 'http://127.0.0.1.h.example' }],
    [{ region: 'tokyo' }],
    [{ region: 'mars' }],
    [{ region: 'beijing', workspaceId: 'evil.example/' }],
    [{ region: 'beijing', workspaceId: '' }],
  ])('refuses %j', (options) => {
    const call = () => endpointOf(options as Parameters<typeof endpointOf>[0], FALLBACK);
    expect(call).toThrow(expect.objectContaining({ code: 'config', stage: 'configuring' }));
    expect(call).not.toThrow(/secret/);
  });
});

describe('regionOf', () => {
  it.each(REGIONS)('knows the hosts of %s', (region) => {
    expect(regionOf(endpointOf({ region, workspaceId: 'ws-1' }, FALLBACK))).toBe(region);
  });

  it.each([
    ['https://dashscope.aliyuncs.com/api/v1', 'beijing'],
    [FALLBACK, 'singapore'],
    ['https://dashscope-us.aliyuncs.com/api/v1', 'us'],
    ['http://127.0.0.1:4010/api/v1', undefined],
    ['https://proxy.example/dashscope.aliyuncs.com/api/v1', undefined],
    ['https://dashscope.aliyuncs.com.example/api/v1', undefined],
  ])('%s is in %s', (baseUrl, region) => {
    expect(regionOf(baseUrl)).toBe(region);
  });
});
