import { describe, expect, it } from 'vitest';
import {
  assertUsableProxies,
  type ProxySettings,
  proxyAuthorization,
  proxyFor,
} from '#lib/base/network/proxy.server.ts';

const SECURE = { secure: true, hostname: 'results.example', port: 443 };
const PLAIN = { secure: false, hostname: 'results.example', port: 80 };

describe('the proxy for a target', () => {
  it.each<[ProxySettings, string | undefined, string | undefined]>([
    [{}, undefined, undefined],
    [{ https: 'http://s.example:1' }, 's.example:1', undefined],
    [{ http: 'http://p.example:2' }, undefined, 'p.example:2'],
    [{ https: 'http://s.example:1', http: 'http://p.example:2' }, 's.example:1', 'p.example:2'],
    [{ all: 'http://a.example:3' }, 'a.example:3', 'a.example:3'],
    [{ all: 'http://a.example:3', https: 'http://s.example:1' }, 's.example:1', 'a.example:3'],
    [{ all: 'http://a.example:3', noProxy: 'example' }, undefined, undefined],
    [{ all: 'http://a.example:3', noProxy: 'results.example:80' }, 'a.example:3', undefined],
    [{ all: 'http://a.example:3', noProxy: 'other.test' }, 'a.example:3', 'a.example:3'],
  ])('of %j is %s for https and %s for http', (settings, secure, plain) => {
    expect(proxyFor(SECURE, settings)?.display).toBe(secure);
    expect(proxyFor(PLAIN, settings)?.display).toBe(plain);
  });

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'api.localhost',
    '127.0.0.1',
    '127.8.9.1',
    '::1',
    '[::1]',
    '::ffff:7f00:1',
  ])('is none for %s, this machine', (hostname) => {
    expect(proxyFor({ secure: false, hostname, port: 80 }, { http: 'http://p.example:2' })).toBeUndefined();
  });

  it.each(['localhost.example', 'notlocalhost', '127.example.com', '10.0.0.1', '::2'])(
    'is asked for %s',
    (hostname) => {
      expect(proxyFor({ secure: false, hostname, port: 80 }, { http: 'http://p.example:2' })).toBeDefined();
    },
  );

  it.each([
    ['http://p.example:3128', { secure: false, hostname: 'p.example', port: 3128, display: 'p.example:3128' }],
    ['p.example:3128', { secure: false, hostname: 'p.example', port: 3128 }],
    ['p.example', { secure: false, hostname: 'p.example', port: 80 }],
    ['http://p.example/', { secure: false, hostname: 'p.example', port: 80 }],
    ['https://p.example', { secure: true, hostname: 'p.example', port: 443 }],
    ['http://[fd00::1]:3128', { secure: false, hostname: 'fd00::1', port: 3128, display: '[fd00::1]:3128' }],
    ['HTTP://P.example:80', { secure: false, hostname: 'p.example', port: 80 }],
    [
      'http://jo:p%40ss%3A@p.example:3128',
      { credentials: { user: 'jo', password: 'p@ss:' }, display: 'p.example:3128' },
    ],
    ['http://jo@p.example', { credentials: { user: 'jo', password: '' } }],
    ['jo:pass@p.example:1', { hostname: 'p.example', port: 1, credentials: { user: 'jo', password: 'pass' } }],
  ])('is read from %s', (https, expected) => {
    expect(proxyFor(SECURE, { https })).toMatchObject(expected);
  });

  it('gets user and password in UTF-8 as Basic credentials', () => {
    const proxy = proxyFor(SECURE, { https: 'http://j%C3%B6:p%40ss@p.example' });
    expect(proxy && proxyAuthorization(proxy)).toBe(`Basic ${Buffer.from('jö:p@ss').toString('base64')}`);
  });
});

describe('a proxy that cannot be used', () => {
  it.each([
    ['socks5://jo:topsecret@p.example:1080', 'SOCKS'],
    ['socks5h://p.example:1080', 'SOCKS'],
    ['socks4a://p.example', 'SOCKS'],
    ['SOCKS://p.example', 'SOCKS'],
    ['ftp://jo:topsecret@p.example', 'must be'],
    ['http://', 'must be'],
    ['http://p.example:99999', 'must be'],
    ['not a topsecret proxy', 'must be'],
    ['http://jo:topsecret%@p.example', '%25'],
  ])('%s is `config`, when it is needed and before', (https, words) => {
    const expected = expect.objectContaining({
      name: 'ReelError',
      code: 'config',
      retryable: false,
      message: expect.stringMatching(new RegExp(`HTTPS_PROXY.*${words}`)),
    });
    for (const call of [() => proxyFor(SECURE, { https }), () => assertUsableProxies({ https })]) {
      expect(call).toThrow(expected);
      expect(call).not.toThrow(/topsecret/);
    }
    expect(proxyFor(PLAIN, { https })).toBeUndefined();
    expect(proxyFor({ ...SECURE, hostname: 'localhost' }, { https })).toBeUndefined();
  });

  it('is said of ALL_PROXY only where that is needed', () => {
    const all = 'socks5://p.example:1080';
    expect(() => proxyFor(SECURE, { all })).toThrow(/ALL_PROXY is a SOCKS proxy/);
    const settings = { all, https: 'http://s.example', http: 'http://p.example' };
    expect(proxyFor(SECURE, settings)?.hostname).toBe('s.example');
    expect(() => assertUsableProxies(settings)).not.toThrow();
  });
});
