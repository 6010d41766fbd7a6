import { expect, it } from 'vitest';
import { ownPath } from '#lib/web/access/own-path.ts';

it.each(['/', '/downloads', '/spots/eiffel-tower/1900', '/spots/petra/today?x=1#y', '/a//b', '/%2F%2Fevil.example'])(
  '%s is a path of ours',
  (path) => {
    expect(ownPath(path)).toBe(path);
    expect(new URL(path, 'https://own.example').host).toBe('own.example');
  },
);

it.each([
  ...['', 'downloads', 'https://evil.example', 'javascript:alert(1)', '//evil.example', '///evil.example'],
  ...[
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/a\r\nset-cookie: a=b',
    ' /',
    '/ä',
  ],
])('%j is none', (text) => {
  expect(ownPath(text)).toBe('/');
});
