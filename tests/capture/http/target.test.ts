import { describe, expect, test } from 'vitest';
import { parseTarget, resolveTarget } from '#lib/capture/http/target.ts';

describe('a URL taken apart', () => {
  test.each<[string, string]>([
    ["https://h/a'b?x='1'|{}^&y=%2b+", "/a'b?x='1'|{}^&y=%2b+"],
    ['https://h/a/../b/%2e%2e/c', '/a/../b/%2e%2e/c'],
    ['https://h?Signature=a%2Bb', '/?Signature=a%2Bb'],
    ['https://h', '/'],
    ['https://h/a#fragment', '/a'],
    ['HTTPS://H/A', '/A'],
    ['  https://h/a  ', '/a'],
    // What cannot go out as it is goes out as `new URL` writes it.
    ['https://h/a b', '/a%20b'],
    ['https://h/é', '/%C3%A9'],
    ["https://h/é'?ü='ß'", "/%C3%A9'?%C3%BC='%C3%9F'"],
    ["https://h/a 'b'", "/a%20'b'"],
    ['https://h/\ud800', '/%EF%BF%BD'],
    ['https://h\\@evil/x', '/@evil/x'],
  ])('%s is asked for as %s', (url, path) => {
    expect(parseTarget(url)).toMatchObject({ path, hostname: 'h', port: 443, origin: 'https://h' });
  });

  const latin1 = (text: string) => Buffer.from(text).toString('latin1');
  test.each<[location: string, origin: string, path: string]>([
    ["/x'y?z", 'https://h', "/x'y?z"],
    ['x', 'https://h', '/a/x'],
    ["x'y?z='1'|{}", 'https://h', "/a/x'y?z='1'|{}"],
    ['./x', 'https://h', '/a/x'],
    ['../x/./y/../z', 'https://h', '/x/z'],
    ['../../../x', 'https://h', '/x'],
    ['..', 'https://h', '/'],
    ["?q='1'", 'https://h', "/a/b'?q='1'"],
    ['#there', 'https://h', "/a/b'?c"],
    ["/x'#there", 'https://h', "/x'"],
    ['x?a/../b', 'https://h', '/a/x?a/../b'],
    ["//other:8443/x'", 'https://other:8443', "/x'"],
    ["http://[::1]:81/x'", 'http://[::1]:81', "/x'"],
    [latin1("/é'?ü=ß"), 'https://h', "/%C3%A9'?%C3%BC=%C3%9F"],
    [latin1("vidéo '1'.mp4"), 'https://h', "/a/vid%C3%A9o%20'1'.mp4"],
    [latin1('https://é.test/日本'), 'https://xn--9ca.test', '/%E6%97%A5%E6%9C%AC'],
    ['/\xe9', 'https://h', '/%E9'],
    ['/a b\tc', 'https://h', '/a%20b%09c'],
    ['/%C3%A9%27', 'https://h', '/%C3%A9%27'],
    ['\\\\other\\x', 'https://other', '/x'],
  ])('a redirect to %j leads to %s, %s', (location, origin, path) => {
    expect(resolveTarget(location, parseTarget("https://h/a/b'?c"))).toMatchObject({ origin, path });
  });

  test('a redirect may name a user and a password', () => {
    const target = resolveTarget("https://us%40er:p'w@other/x'?y", parseTarget('https://h/'));
    expect(target).toMatchObject({ host: 'other', path: "/x'?y", href: "https://other/x'?y" });
    expect(target.authorization).toBe(`Basic ${Buffer.from("us@er:p'w").toString('base64')}`);
    expect(() => parseTarget('https://us:pw@h/')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  test.each(['ftp://h/x', 'javascript:alert(1)', 'https://', 'https://[::1/x'])('a redirect to %s is refused', (to) => {
    expect(() => resolveTarget(to, parseTarget('https://h/'))).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});
