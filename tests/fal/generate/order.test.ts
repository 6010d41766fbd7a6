import { expect, it } from 'vitest';
import { inputHashOf, storedRequest } from '#lib/fal/generate/order.ts';

it('knows equal requests in any order of their fields', () => {
  const one = storedRequest('fal-ai/x', { a: 1, b: { c: [1, 2], d: undefined } });
  expect(inputHashOf(one)).toBe(inputHashOf(storedRequest('fal-ai/x', { b: { c: [1, 2] }, a: 1 })));
  expect(inputHashOf(one)).not.toBe(inputHashOf(storedRequest('fal-ai/x', { a: 1, b: { c: [2, 1] } })));
  expect(inputHashOf(one)).not.toBe(inputHashOf(storedRequest('fal-ai/y', { a: 1, b: { c: [1, 2] } })));
});

it.each([
  [{ a: new Date() }, /input\.a/],
  [{ a: [{ b: new Uint8Array(2) }] }, /input\.a\.0\.b/],
  [{ a: Number.NaN }, /input\.a/],
  [{ a: 1n }, /input\.a/],
  [{ a: () => {} }, /input\.a/],
  [[1], /input must/],
])('refuses %#, which JSON would change', (input, message) => {
  expect(() => storedRequest('fal-ai/x', input as Record<string, unknown>)).toThrow(message);
});

it('refuses an input that contains itself', () => {
  const input: Record<string, unknown> = {};
  input.a = [input];
  expect(() => storedRequest('fal-ai/x', input)).toThrow(/^input\.a\.0\..* must not contain itself\.$/);
});
