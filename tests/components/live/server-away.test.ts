import { describe, expect, it } from 'vitest';
import { isUnanswered, serverAnswers } from '#lib/components/live/server-away.ts';

describe('an error', () => {
  it.each([
    ['Failed to fetch', true],
    ['Failed to fetch dynamically imported module: http://localhost/_app/immutable/nodes/3.js', true],
    ['network error', true],
    ['NetworkError when attempting to fetch resource.', true],
    ['error loading dynamically imported module: http://localhost/_app/immutable/nodes/3.js', true],
    ['Load failed', true],
    ['Importing a module script failed.', true],
    ["Cannot read properties of undefined (reading 'eras')", false],
    ['can\'t access property "eras", spot is undefined', false],
    ["undefined is not an object (evaluating 'spot.eras')", false],
    ['The film that should say Load failed has no era', false],
  ])('says that nobody answered, or not: %s', (message, isAway) => {
    expect(isUnanswered(new TypeError(message))).toBe(isAway);
    // A browser throws no other kind for that.
    expect(isUnanswered(new RangeError(message))).toBe(false);
    expect(isUnanswered(message)).toBe(false);
  });

  it('says that nobody answered when the styles of a page did not come', () => {
    expect(isUnanswered(new Error('Unable to preload CSS for /_app/immutable/assets/3.css'))).toBe(true);
  });
});

describe('the server', () => {
  it.each([
    ['is well', Response.json({ status: 'ok' }), true],
    ['is not well, but there', Response.json({ status: 'degraded' }, { status: 503 }), true],
    [
      'has a proxy speak for it',
      new Response('Bad Gateway', { status: 502, headers: { 'content-type': 'text/html' } }),
      false,
    ],
  ])('%s', async (_what, answer, isThere) => {
    const asked: unknown[] = [];
    const fetcher: typeof fetch = (address) => {
      asked.push(address);
      return Promise.resolve(answer);
    };
    expect(await serverAnswers(fetcher)).toBe(isThere);
    expect(asked).toEqual(['/api/health']);
  });

  it('is not reached', async () => {
    expect(await serverAnswers(() => Promise.reject(new TypeError('Failed to fetch')))).toBe(false);
  });
});
