import { expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { captureNetwork } from '#lib/wanx/run/capture-network.ts';

it('a capture goes by the settings’ proxies, and knows the provider by the host of the client', () => {
  const settings = readSettings({ HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: 'files.test' });
  const resolve = async () => [];
  const client = { baseUrl: 'https://dashscope-intl.aliyuncs.com:8443/api/v1' };
  expect(captureNetwork(settings, client, { resolve })).toEqual({
    ...{ allowPrivateNetwork: false, proxy: settings.proxy, resolve },
    // Without its port: names are compared.
    providerHost: 'dashscope-intl.aliyuncs.com',
  });
});
