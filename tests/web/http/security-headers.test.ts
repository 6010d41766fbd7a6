import { expect, it } from 'vitest';
import { addSecurityHeaders, SECURITY_HEADERS } from '#lib/web/http/security-headers.ts';

function secured(before: Record<string, string>): Record<string, string> {
  const headers = new Headers(before);
  addSecurityHeaders(headers);
  return Object.fromEntries(headers);
}

it('an answer that is no page may do nothing at all', () => {
  const headers = secured({ 'content-type': 'application/json' });
  expect(headers).toMatchObject(SECURITY_HEADERS);
  expect(headers).toMatchObject({
    'content-security-policy': expect.stringMatching(/^default-src 'none'; frame-ancestors 'none'/),
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(headers['content-security-policy']).not.toContain('self');
});

it('the page that stands in for one that failed may have its style', () => {
  const policy = secured({ 'content-type': 'text/html; charset=utf-8' })['content-security-policy'];
  expect(policy).toMatch(/default-src 'none'.*style-src 'self'/);
});

it('a page keeps its own policy, and gets the rest', () => {
  const headers = secured({ 'content-type': 'text/html', 'content-security-policy': "script-src 'nonce-1'" });
  expect(headers).toMatchObject({ 'content-security-policy': "script-src 'nonce-1'", 'x-frame-options': 'DENY' });
});

it.each([
  [{}, 'private, no-cache'],
  [{ 'cache-control': 'no-store' }, 'no-store'],
])('of %j caches are told: %s', (before, expected) => {
  expect(secured({ ...before })['cache-control']).toBe(expected);
});
