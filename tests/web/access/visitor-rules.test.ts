import { describe, expect, it } from 'vitest';
import {
  bearerOf,
  crossSiteReason,
  isFromThisMachine,
  isLoopbackAddress,
  isLoopbackHost,
  type RequestFacts,
} from '#lib/web/access/visitor-rules.ts';

function facts(fields: {
  method?: string;
  headers?: Record<string, string>;
  peerAddress?: string | undefined;
  httpVersion?: string | undefined;
}) {
  const headers = new Headers({ host: 'localhost:3000', ...fields.headers });
  const peerAddress = 'peerAddress' in fields ? fields.peerAddress : '127.0.0.1';
  return {
    method: fields.method ?? 'POST',
    headers,
    peerAddress,
    host: headers.get('host') ?? '',
    httpVersion: 'httpVersion' in fields ? fields.httpVersion : '1.1',
  } satisfies RequestFacts;
}

describe('the same machine', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.168.1.5', false],
    ['::ffff:10.0.0.1', false],
    ['fe80::1', false],
    ['0.0.0.0', false],
    ['', false],
    ['localhost', false],
    [undefined, false],
  ])('peer %s: %s', (peerAddress, expected) => {
    expect(isLoopbackAddress(peerAddress)).toBe(expected);
    expect(isFromThisMachine(facts({ peerAddress }))).toBe(expected);
  });

  it.each([
    ['localhost', true],
    ['LOCALHOST:3000', true],
    ['127.0.0.1:3000', true],
    ['127.1.2.3', true],
    ['[::1]:3000', true],
    ['[::ffff:127.0.0.1]', true],
    // What a page of another name sends after its name was rebound to 127.0.0.1.
    ['evil.example:3000', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.nip.io', false],
    ['127.1', false],
    ['0x7f000001', false],
    ['2130706433', false],
    ['localhost:3000:4000', false],
    ['localhost@evil.example', false],
    ['192.168.1.5:3000', false],
    ['[::1', false],
    ['::1', false],
    ['', false],
    [null, false],
  ])('host %s: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });

  it.each([
    ['1.1', true],
    ['2.0', true],
    // The dev server does not tell.
    [undefined, true],
    // What nginx makes of everybody's requests unless told otherwise.
    ['1.0', false],
  ])('HTTP %s: %s', (httpVersion, expected) => {
    expect(isFromThisMachine(facts({ httpVersion }))).toBe(expected);
  });

  it('is not believed with a header of a proxy', () => {
    expect(isFromThisMachine(facts({ headers: { 'X-Varnish': '1' } }))).toBe(false);
  });

  it('needs a loopback name in the Host header', () => {
    expect(isFromThisMachine(facts({ headers: { host: 'evil.example' } }))).toBe(false);
  });
});

describe('a request that changes something', () => {
  const OWN = 'http://localhost:3000';

  it.each<[string, Record<string, string>]>([
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: OWN }],
    ['our own page over HTTPS, behind a proxy', { origin: 'https://localhost:3000' }],
    ['our own page, by an old browser', { origin: OWN, 'content-type': 'text/plain', cookie: 'a=b' }],
    ['our own page without Origin', { 'sec-fetch-site': 'same-origin' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['a program', { 'content-type': 'application/json' }],
    ['a program without a body', {}],
    ['a program with the token, sending a form', { authorization: 'Bearer t', 'content-type': 'text/plain' }],
  ])('may come from %s', (_name, headers) => {
    expect(crossSiteReason(facts({ headers }))).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:5173' }],
    ['another port that hides its origin', { 'sec-fetch-site': 'same-site' }],
    ['another port, by an old browser', { origin: 'http://localhost:5173' }],
    ['another site with JSON', { origin: 'https://evil.example', 'content-type': 'application/json' }],
    ['another site with the token', { origin: 'https://evil.example', authorization: 'Bearer t' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a forged fetch site', { 'sec-fetch-site': 'cross-site', origin: OWN }],
    ['a name that begins like ours', { origin: 'http://localhost:3000.evil.example' }],
    ['a name that ends like ours', { origin: 'http://evil.example@localhost:3000' }],
    ['a file', { origin: 'file://localhost:3000' }],
    ['a browser that says nothing', { cookie: 'reelkeep_session=x' }],
    ['a form of a browser that says nothing', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['an upload of a browser that says nothing', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['a beacon of a browser that says nothing', { 'content-type': 'text/plain;charset=UTF-8' }],
    ['a page of a browser that says nothing', { referer: 'https://evil.example/' }],
  ])('may not come from %s', (_name, headers) => {
    for (const method of ['POST', 'DELETE', 'PUT', 'PATCH', 'BREW']) {
      expect(crossSiteReason(facts({ method, headers }))).toMatch(/^The request/);
    }
  });

  it('concerns no reading', () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect(crossSiteReason(facts({ method, headers }))).toBeUndefined();
  });

  it('compares with the host that the adapter understood, too', () => {
    const headers = new Headers({ host: '127.0.0.1:3000', origin: 'https://reel.example' });
    const request = { method: 'POST', headers, peerAddress: '127.0.0.1', httpVersion: '1.0' };
    const behindProxy = { ...request, host: 'reel.example' };
    expect(crossSiteReason(behindProxy)).toBeUndefined();
    expect(crossSiteReason({ ...behindProxy, host: 'other.example' })).toBeDefined();
  });
});

it.each<[string | undefined, string | undefined]>([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['Basic abc', undefined],
  [undefined, undefined],
])('reads the bearer of %s', (header, expected) => {
  expect(bearerOf(new Headers(header === undefined ? {} : { authorization: header }))).toBe(expected);
});
