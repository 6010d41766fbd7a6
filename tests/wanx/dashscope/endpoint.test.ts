import { describe, expect, it } from 'vitest';
import { endpointOf, regionOf } from '#lib/wanx/dashscope/endpoint.ts';
import { REGIONS } from '#lib/wanx/models/regions.ts';
import { WanxClient } from '#lib/wanx/wanx-client.ts';

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
    // Hosts of plans, which serve no video model.
    [{ baseUrl: 'https://token-plan.cn-beijing.maas.aliyuncs.com/compatible-mode/v1' }],
    [{ baseUrl: 'https://token-plan.ap-southeast-1.maas.aliyuncs.com' }],
    [{ baseUrl: 'https://TOKEN-PLAN.cn-beijing.maas.aliyuncs.com/api/v1' }],
    [{ baseUrl: 'https://coding.dashscope.aliyuncs.com/v1' }],
    [{ baseUrl: 'https://coding-intl.dashscope.aliyuncs.com' }],
    [{ region: 'beijing', workspaceId: 'token-plan' }],
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
    ['https://token-plan.cn-beijing.maas.aliyuncs.com/api/v1', undefined],
    ['https://coding.dashscope.aliyuncs.com/v1', undefined],
    ['https://ws-token-plan.cn-beijing.maas.aliyuncs.com/api/v1', 'beijing'],
  ])('%s is in %s', (baseUrl, region) => {
    expect(regionOf(baseUrl)).toBe(region);
  });
});

describe('a key of a plan', () => {
  it.each(['sk-sp-0123456789abcdef', 'SK-SP-0123'])('%s is refused before anything is sent', (apiKey) => {
    const make = () => new WanxClient({ apiKey, baseUrl: FALLBACK });
    expect(make).toThrow(expect.objectContaining({ code: 'config', stage: 'configuring' }));
    expect(make).toThrow(/Token Plan or Coding Plan/);
    expect(make).not.toThrow(/0123/);
  });

  it('is not taken for one of a workspace', () => {
    expect(() => new WanxClient({ apiKey: 'sk-ws-0123', baseUrl: FALLBACK })).not.toThrow();
  });
});
