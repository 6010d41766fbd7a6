import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { assertPublicNames } from '#lib/capture/capture.server.ts';
import { type AddressGuard, guardedLookup, reachableAddresses } from '#lib/capture/http/address-guard.server.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const API = 'api.example';
const RESULTS = 'results.example';

/** A guard whose resolver knows these names alone. */
function guardOf(names: Record<string, string[]>, options: Partial<AddressGuard> = {}): AddressGuard {
  const resolve = async (hostname: string) => {
    const addresses = names[hostname];
    if (!addresses) throw Object.assign(new Error(`no ${hostname}`), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { allowPrivateNetwork: false, resolve, providerHost: API, ...options };
}

async function addressesOf(guard: AddressGuard): Promise<string[]> {
  return (await reachableAddresses(RESULTS, guard)).map(({ address }) => address);
}

describe('a name', () => {
  test.each<[string, results: string[], api: string[], expected: string[]]>([
    ['public addresses', ['8.8.8.8', '2606:4700::1'], [], ['8.8.8.8', '2606:4700::1']],
    ['a blocked address beside a good one', ['10.0.0.1', '8.8.8.8'], [], ['8.8.8.8']],
    ['a public address behind NAT64', ['64:ff9b::808:808'], [], ['64:ff9b::808:808']],
    ['one behind NAT64 that is private, and the real one', ['64:ff9b::a00:1', '8.8.8.8'], [], ['8.8.8.8']],
    ['a stand-in, as the provider has', ['198.18.3.4'], ['198.18.0.9'], ['198.18.3.4']],
    ['a stand-in of the other half of the range', ['198.19.3.4'], ['198.18.0.9'], ['198.19.3.4']],
    ['an IPv6 stand-in, as the provider has', ['fc00::7'], ['fc00:0:0:1::2'], ['fc00::7']],
    ['stand-ins of both kinds', ['198.18.3.4', 'fc00::7'], ['198.18.0.9', 'fc00::2'], ['198.18.3.4', 'fc00::7']],
    ['stand-ins, of which the provider has one kind', ['198.18.3.4', 'fc00::7'], ['198.18.0.9'], ['198.18.3.4']],
    ['a stand-in beside a private address', ['10.0.0.1', '198.18.3.4'], ['198.18.0.9'], ['198.18.3.4']],
    ['a public address beside a stand-in', ['198.18.3.4', '8.8.8.8'], ['198.18.0.9'], ['8.8.8.8']],
    ['a stand-in behind DNS64', ['64:ff9b::c612:304'], ['64:ff9b::c612:9'], ['64:ff9b::c612:304']],
  ])('with %s is reached there', async (_name, results, api, expected) => {
    expect(await addressesOf(guardOf({ [RESULTS]: results, [API]: api }))).toEqual(expected);
  });

  test.each<[string, results: string[], api: string[]]>([
    ['a stand-in, where the provider is public', ['198.18.3.4'], ['47.95.0.1']],
    ['an IPv6 stand-in, where those of the provider are IPv4', ['fc00::7'], ['198.18.0.9']],
    ['a private address, where the provider has a stand-in', ['10.0.0.1'], ['198.18.0.9']],
    ['a private address, as the provider has', ['10.0.0.1'], ['10.0.0.2']],
    ['an address of its own network, beyond the stand-ins', ['fd00::7'], ['fd00::2']],
    ['an address just behind the stand-ins', ['fc00:4000::7'], ['fc00::2']],
    ['this machine', ['127.0.0.1'], ['198.18.0.9']],
  ])('with %s is blocked', async (_name, results, api) => {
    const error = await rejection(addressesOf(guardOf({ [RESULTS]: results, [API]: api })));
    expect(error).toMatchObject({ code: 'blocked-address', message: expect.stringContaining(results[0] ?? '') });
  });

  test.each<[string, Partial<AddressGuard>]>([
    ['nobody says who the provider is', { providerHost: undefined }],
    ['the provider cannot be found', { providerHost: 'unknown.example' }],
    // An address is what somebody wrote, and says nothing about the resolver.
    ['the provider is an address', { providerHost: '198.18.0.9' }],
  ])('with a stand-in is blocked when %s', async (_name, options) => {
    const guard = guardOf({ [RESULTS]: ['198.18.3.4'], '198.18.0.9': ['198.18.0.9'] }, options);
    expect(await rejection(addressesOf(guard))).toMatchObject({ code: 'blocked-address' });
  });

  test('is connected to at the addresses that were judged, and at no others', async () => {
    const lookup = guardedLookup(guardOf({ [RESULTS]: ['10.0.0.1', '8.8.8.8', '127.0.0.1', '64:ff9b::808:808'] }));
    const given = await new Promise<string | LookupAddress[]>((resolve, reject) => {
      lookup(RESULTS, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
    });
    expect(given).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '64:ff9b::808:808', family: 6 },
    ]);
    const one = await new Promise((resolve, reject) => {
      lookup(RESULTS, {}, (error, address, family) => (error ? reject(error) : resolve([address, family])));
    });
    expect(one).toEqual(['8.8.8.8', 4]);
  });
});

describe('a network on which something is to be bought', () => {
  test.each<[string, string[]]>([
    ['public', ['47.95.0.1']],
    ['a stand-in', ['198.18.0.9']],
    ['an IPv6 stand-in', ['fc00::2']],
    ['behind NAT64', ['64:ff9b::2f5f:1']],
    ['private, with one that is public', ['10.0.0.1', '47.95.0.1']],
  ])('is fine when the provider is %s', async (_name, api) => {
    await assertPublicNames(API, guardOf({ [API]: api }));
  });

  test('is refused when the provider is private', async () => {
    const error = await rejection(assertPublicNames(API, guardOf({ [API]: ['10.0.0.1', 'fd00::1'] })));
    expect(error).toMatchObject({ code: 'blocked-address', billable: 'no', retryable: false });
    expect(String(error)).toContain('api.example (10.0.0.1)');
  });

  test('is fine when its names are for a proxy to resolve, when private ones are allowed, and when there is no answer', async () => {
    const names = { [API]: ['10.0.0.1'] };
    await assertPublicNames(API, { ...guardOf(names), proxy: { https: 'http://proxy.example' } });
    await assertPublicNames(API, guardOf(names, { allowPrivateNetwork: true }));
    await assertPublicNames(API, guardOf({}));
    const exempt = { ...guardOf(names), proxy: { https: 'http://proxy.example', noProxy: API } };
    expect(await rejection(assertPublicNames(API, exempt))).toMatchObject({ code: 'blocked-address' });
  });
});
