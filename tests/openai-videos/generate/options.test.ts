import { describe, expect, it } from 'vitest';
import { generateSchema, resumeSchema } from '#lib/openai-videos/generate/options.ts';

describe('the options of a generation', () => {
  it.each([
    {},
    { name: 'a', batchId: 'b', force: true, ifBusy: 'fail', budgetUsd: 0, assetLifetimeMs: 0, pictures: [] },
    { prices: { a: { usdPerSecond: 0.1 }, b: { usdPerVideo: { '1280x720': 1 } } } },
  ])('may be %o', (options) => {
    expect(generateSchema.safeParse(options).success).toBe(true);
  });

  it.each([
    { name: 'A B' },
    { ifBusy: 'never' },
    { budgetUsd: -1 },
    { prices: { a: 0.1 } },
    { prices: { a: { usdPerSecond: -1 } } },
    { pictures: ['video'] },
    { timeoutMs: 0 },
    { maxBytes: 0 },
    { onProgress: 'log' },
  ])('are refused by name: %o', (options) => {
    const [name] = Object.keys(options);
    expect(generateSchema.safeParse(options).error?.issues[0]?.path[0]).toBe(name);
  });

  it('of resuming may ask for those that are put off', () => {
    expect(resumeSchema.safeParse({ ignoreBackoff: true }).success).toBe(true);
    expect(resumeSchema.safeParse({ ignoreBackoff: 'yes' }).success).toBe(false);
  });
});
