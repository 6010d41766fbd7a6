import { expect, it } from 'vitest';
import { EncodingMemory } from '#lib/openai-videos/api/encoding-memory.ts';

it('is of one server and one kind of request, for the whole process', () => {
  const endpoint = 'http://encoding-memory.example/v1';
  const memory = new EncodingMemory(endpoint, false);
  expect(memory.get()).toBeUndefined();
  memory.set('json');
  expect(new EncodingMemory(endpoint, false).get()).toBe('json');
  expect(new EncodingMemory(endpoint, true).get()).toBeUndefined();
  expect(new EncodingMemory('http://other.example/v1', false).get()).toBeUndefined();
  memory.forget();
  expect(new EncodingMemory(endpoint, false).get()).toBeUndefined();
});
