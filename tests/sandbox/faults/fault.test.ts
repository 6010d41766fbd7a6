import { describe, expect, it } from 'vitest';
import { faultSchemaOf } from '#lib/sandbox/faults/fault.ts';

const schema = faultSchemaOf({
  kinds: { cut: { place: 'content', exclusive: true }, slow: { place: 'any', exclusive: false } },
  places: ['create', 'content'],
});

describe('a fault as it is scripted', () => {
  it.each([
    { fault: 'cut', atByte: 0, times: 'always' },
    { fault: 'slow', on: 'create', delayMs: 0, match: { prompt: /a/, nth: 1 } },
  ])('may be %o', (fault) => {
    expect(schema.safeParse(fault).success).toBe(true);
  });

  it.each([
    { fault: 'constructor' },
    { fault: 'cutt' },
    { fault: 'cut', on: 'delete' },
    { fault: 'cut', times: 0 },
    { fault: 'cut', atByte: -1 },
    { fault: 'cut', match: { nth: 0 } },
    { fault: 'cut', match: { promt: 'a' } },
    { fault: 'cut', delay: 5 },
  ])('is refused where it could never occur: %o', (fault) => {
    expect(schema.safeParse(fault).success).toBe(false);
  });
});
