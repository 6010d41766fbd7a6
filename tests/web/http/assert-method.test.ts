import { expect, it } from 'vitest';
import { assertMethod } from '#lib/web/http/assert-method.ts';
import { problemOf } from '#lib/web/http/problem.ts';

const ask = (method: string) => () => assertMethod(new Request('http://localhost/', { method }), ['GET', 'HEAD']);

it('takes the methods of an address', () => {
  expect(ask('GET')).not.toThrow();
  // As fetch does, which spells it the same.
  expect(ask('head')).not.toThrow();
});

it.each(['POST', 'DELETE', 'OPTIONS'])('answers %s with those that there are', async (method) => {
  const error: unknown = await Promise.try(ask(method)).catch((reason: unknown) => reason);
  const response = problemOf(error);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(await response.json()).toMatchObject({ code: 'invalid-input', detail: 'Use GET or HEAD.' });
});
