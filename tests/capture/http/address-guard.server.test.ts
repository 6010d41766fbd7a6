import { beforeAll, describe, expect, test } from 'vitest';
import { isPublicAddress } from '#lib/capture/http/address-guard.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4();
});
const it = useCaptureCase();
const guarded = { allowPrivateNetwork: false };

const PRIVATE_HOSTS = [
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0177.0.0.1',
  '2130706433',
  '0x7f000001',
  '127.0.0.1.',
  '１２７.0.0.1',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '0xa83f8110',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
];

describe('an address that is not on the public Internet', () => {
  test.each(PRIVATE_HOSTS)('%s is refused before a connection', async (host) => {
    it.server.script(serve(video));
    const error = await it.failure({ url: `http://${host}:${it.server.port}/v.mp4` }, guarded);
    expect(error).toMatchObject({ code: 'blocked-address', retryable: false });
    expect(it.server.connections()).toBe(0);
    expect(it.clock.waits).toEqual([]);
    expect(await it.files()).toEqual([]);
  });

  test.each(['localhost', 'LOCALHOST'])('%s is refused by what it resolves to', async (host) => {
    const error = await it.failure({ url: `http://${host}:${it.server.port}/v.mp4` }, guarded);
    expect(error.code).toBe('blocked-address');
    expect(it.server.connections()).toBe(0);
  });

  test.each([
    ['one private address', ['127.0.0.1']],
    ['several private ones', ['10.0.0.1', 'fd00::1', '127.0.0.1']],
    ['a stand-in of a resolver', ['198.18.0.1', 'fc00::1']],
    ['a private one behind NAT64', ['64:ff9b::7f00:1']],
    ['a mapped one', ['::ffff:127.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
  ])('a name with %s is refused', async (_name, addresses) => {
    const resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const error = await it.failure({ url: `http://results.test:${it.server.port}/v.mp4` }, { ...guarded, resolve });
    expect(error.code).toBe('blocked-address');
    expect(it.server.connections()).toBe(0);
  });

  test('a name that was public for the first attempt and is private for the second is refused then', async () => {
    const answers = [[{ address: '192.0.2.1', family: 4 }], [{ address: '127.0.0.1', family: 4 }]];
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      if (asked.length === 1) throw Object.assign(new Error('again'), { code: 'EAI_AGAIN' });
      return answers[1] ?? [];
    };
    const url = `http://rebinding.test:${it.server.port}/v.mp4`;
    expect(await it.failure({ url }, { ...guarded, resolve })).toMatchObject({ code: 'blocked-address' });
    expect(asked).toEqual(['rebinding.test', 'rebinding.test']);
    expect(it.server.connections()).toBe(0);
  });

  test.each(['http', 'https'])('is refused over %s alike', async (scheme) => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const url = `${scheme}://results.test:${it.server.port}/v.mp4`;
    expect(await it.failure({ url }, { ...guarded, resolve })).toMatchObject({ code: 'blocked-address' });
    expect(it.server.connections()).toBe(0);
  });
});

describe('the guard itself', () => {
  test.each([
    '8.8.8.8',
    '47.95.0.1',
    '2606:4700::1111',
    '2400:3200::1',
    '::ffff:8.8.8.8',
    // What is inside is public: NAT64, its first prefix for local use, 6to4, Teredo (its client is 8.8.8.8, turned over).
    '64:ff9b::8.8.8.8',
    '64:ff9b::2f5f:1',
    '64:ff9b:1::8.8.8.8',
    '2002:808:808::1',
    '2001:0:4136:e378:8000:63bf:f7f7:f7f7',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
  test.each([
    ['AWS, Azure, Google', '169.254.169.254'],
    ['AWS over IPv6', 'fd00:ec2::254'],
    ['Google over IPv6', 'fd20:ce::254'],
    ['Azure WireServer', '168.63.129.16'],
    ['Azure WireServer, mapped', '::ffff:168.63.129.16'],
    ['Azure WireServer by NAT64', '64:ff9b::a83f:8110'],
    ['Alibaba', '100.100.100.200'],
    ['Tencent', '100.88.222.5'],
    ['Oracle', '192.0.0.192'],
    ['Equinix Metal', '192.80.8.124'],
  ])('the metadata service of %s (%s) is not', (_name, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  test.each([
    '',
    'example.com',
    '1::1',
    '::7f00:1',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::169.254.169.254',
    '64:ff9b::198.18.0.1',
    '64:ff9b::0.0.0.0',
    '64:ff9b:1::10.0.0.1',
    // Another prefix for local use: where the IPv4 address stands is not known.
    '64:ff9b:1:1::8.8.8.8',
    '2002:a00:1::1',
    '2002:a9fe:a9fe::',
    // Teredo with a private server, and with a private client (192.168.1.1).
    '2001:0:a00:1:8000:63bf:f7f7:f7f7',
    '2001:0:4136:e378:8000:63bf:3f57:fefe',
    '198.18.0.1',
    '198.19.255.255',
    'fc00::1',
    'fc00:3fff::1',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('what else is no place to fetch from', () => {
  test.each([
    'file:///etc/passwd',
    'ftp://example.com/v.mp4',
    'data:video/mp4;base64,AAAA',
    'oss://bucket/v.mp4',
    'not a url',
    '',
    '//example.com/x',
    'http://user:secret@example.com/v.mp4',
  ])('%s is `invalid-input`', async (url) => {
    const error = await it.failure({ url });
    expect(error.code).toBe('invalid-input');
    expect(error.message).not.toContain('secret');
    expect(await it.files()).toEqual([]);
  });
});
