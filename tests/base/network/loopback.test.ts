import { expect, it } from 'vitest';
import { isLoopback } from '#lib/base/network/loopback.ts';

it.each([
  ...['localhost', 'LOCALHOST', 'localhost.', 'app.localhost', '127.0.0.1', '127.255.0.9', '::1', '[::1]'],
  ...['::ffff:127.0.0.1', '[::ffff:7f00:1]', '::FFFF:7F00:0001'],
])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each([
  ...[
    '',
    'localhost.example',
    'notlocalhost',
    '127.0.0.1.example',
    '127.0.0',
    '1127.0.0.1',
    '0.0.0.0',
    '::',
    '10.0.0.1',
  ],
  ...['::ffff:128.0.0.1', '::ffff:8000:1', '::11', '[fe80::1]', '2130706433'],
])('%j is not', (host) => {
  expect(isLoopback(host)).toBe(false);
});
