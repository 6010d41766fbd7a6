import type { LookupAddress } from 'node:dns';
import type * as net from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { downloadVideo } from '#lib/wanx/index.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';
import { type FaultServer, serve, startFaultServer } from '../../fixtures/wire/fault-server.ts';

const dialled = vi.hoisted((): string[] => []);
// No host of the test has such an address: what would be dialled is noted, and the server on loopback is.
vi.mock('node:net', async (original) => {
  const real = await original<typeof net>();
  const connect = (options: net.TcpNetConnectOpts) =>
    real.connect({
      ...options,
      lookup: (hostname, wanted, callback) => {
        options.lookup?.(hostname, wanted, (error, addresses) => {
          if (error) return callback(error, []);
          dialled.push(...(addresses as LookupAddress[]).map(({ address }) => address));
          callback(null, [{ address: '127.0.0.1', family: 4 }]);
        });
      },
    });
  return { ...real, connect };
});

const API = 'dashscope-us.aliyuncs.com';
let server: FaultServer;
beforeEach(async () => {
  dialled.length = 0;
  server = await startFaultServer(serve(await makeMp4()));
  vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', `https://${API}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** With a resolver that answers for the service with the one, and for all other names with the rest. */
function download(ofService: string, ...others: string[]) {
  const resolve = async (name: string) =>
    (name === API ? [ofService] : others).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return downloadVideo(`http://results.example.com:${server.port}/v.mp4`, join(temporaryFolder(), 'v.mp4'), {
    resolve,
  });
}

test('a video is downloaded from a stand-in address where the service has one too', async () => {
  await download('198.19.0.1', '198.18.0.7');
  expect(dialled).toEqual(['198.18.0.7']);
});

test('it is blocked there where the service has a public one', async () => {
  expect(await rejection(download('47.95.0.1', '198.18.0.7'))).toMatchObject({ code: 'blocked-address' });
  expect(server.connections()).toBe(0);
});

test('of several addresses only those that may be reached are dialled', async () => {
  await download('47.95.0.1', '10.0.0.1', '64:ff9b::808:808', '127.0.0.1', '8.8.8.8');
  expect(dialled).toEqual(['64:ff9b::808:808', '8.8.8.8']);
});
