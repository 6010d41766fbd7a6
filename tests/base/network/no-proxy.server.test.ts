import { expect, test } from 'vitest';
import { isExempt } from '#lib/base/network/no-proxy.server.ts';

test.each<[list: string, host: string, port?: number]>([
  ['*', 'dashscope-intl.aliyuncs.com'],
  ['other.example, *', '8.8.8.8'],
  ['example.com', 'example.com'],
  ['example.com', 'a.b.example.com'],
  ['.example.com', 'a.example.com'],
  ['.example.com', 'example.com'],
  ['*.example.com', 'a.example.com'],
  ['EXAMPLE.com', 'example.COM'],
  ['example.com.', 'example.com'],
  ['example.com', 'example.com.'],
  ['a.example,b.example', 'b.example'],
  ['a.example b.example', 'b.example'],
  [' a.example ,\tb.example ', 'b.example'],
  ['example.com:8443', 'example.com', 8443],
  ['.example.com:8443', 'a.example.com', 8443],
  ['*:8443', 'example.com', 8443],
  ['münchen.example', 'xn--mnchen-3ya.example'],
  ['192.168.1.7', '192.168.1.7'],
  ['192.168.1.7:80', '192.168.1.7', 80],
  ['192.168.0.0/16', '192.168.1.7'],
  ['10.0.0.0/8,192.168.1.0/24', '192.168.1.7'],
  ['192.168.1.7', '[::ffff:c0a8:107]'],
  ['fd00::/8', '[fd12::1]'],
  ['fd12::1', '[fd12::1]'],
  ['[fd12::1]', 'fd12:0:0::1'],
  ['[fd12::1]:8443', '[fd12::1]', 8443],
  ['2001:db8::/32', '2001:db8::5'],
])('NO_PROXY=%s names %s', (list, host, port = 443) => {
  expect(isExempt(list, host, port)).toBe(true);
});

test.each<[list: string, host: string, port?: number]>([
  ['', 'example.com'],
  [' , ', 'example.com'],
  ['example.com', 'notexample.com'],
  ['example.com', 'example.com.evil.test'],
  ['a.example.com', 'example.com'],
  ['.', 'example.com'],
  ['example.com:8443', 'example.com', 443],
  ['[fd12::1]:8443', '[fd12::1]', 443],
  ['192.168.0.0/16', '192.169.1.7'],
  ['192.168.0.0/16', 'example.com'],
  ['192.168.1', '192.168.1.7'],
  ['8.1.7', '192.168.1.7'],
  ['10.0.0.0/99', '10.0.0.1'],
  ['fd00::/8', '10.0.0.1'],
  ['::/0', '10.0.0.1'],
  ['^(.*)$', 'example.com'],
])('NO_PROXY=%s does not name %s', (list, host, port = 443) => {
  expect(isExempt(list, host, port)).toBe(false);
});
