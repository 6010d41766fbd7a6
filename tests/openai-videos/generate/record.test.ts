import { describe, expect, it } from 'vitest';
import { generatedVideoFormat, generatedVideoSchema, idsSchema } from '#lib/openai-videos/generate/record.ts';

const RECORD = {
  batchId: 'generated',
  name: 'a-harbour',
  prompt: 'A harbour.',
  status: 'pending',
  createdAt: '2026-11-21T12:00:00.000Z',
};

describe('a generated video', () => {
  it('has a key of its batch and its name, and keeps what a later version has added', () => {
    const record = generatedVideoSchema.parse({ ...RECORD, cameLater: 1 });
    expect(record).toMatchObject({ ...RECORD, cameLater: 1 });
    expect(generatedVideoFormat.keyOf(record)).toBe('generated/a-harbour');
  });

  it.each(['', 'A', 'a_b', 'a--b', '-a', 'a-', 'a/b', '..', 'ä', 'x'.repeat(65)])('is never named "%s"', (name) => {
    expect(idsSchema.safeParse({ name }).success).toBe(false);
    expect(idsSchema.safeParse({ batchId: name }).success).toBe(false);
    expect(generatedVideoSchema.safeParse({ ...RECORD, name }).success).toBe(false);
  });

  it.each(['a', '1900', 'a-1-b', 'x'.repeat(64)])('may be named "%s"', (name) => {
    expect(idsSchema.safeParse({ name, batchId: name }).success).toBe(true);
  });
});
