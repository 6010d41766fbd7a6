import { expect, it } from 'vitest';
import { inputHashOf, projectIdSchema, stemOf, storedRequest } from '#lib/fal/generate/order.ts';

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

it.each([
  ['fal-ai/veo3/fast', 'AI-Video-fal-ai_veo3_fast-5'],
  ['a/b.c:d', 'AI-Video-a_b_c_d-5'],
])('names a file for %s', (model, stem) => {
  expect(stemOf(model, 5)).toBe(stem);
});

it.each(['a', 'A-1_b', '1829cd32-ce9a', 'v1.2'])('takes %s for a project', (id) => {
  expect(projectIdSchema.safeParse(id).success).toBe(true);
});

it.each(['', '.', '..', '.a', 'a.', 'a..b', 'a/b', 'a\\b', 'ä', 'a'.repeat(65)])('refuses %j for a project', (id) => {
  expect(projectIdSchema.safeParse(id).success).toBe(false);
});
