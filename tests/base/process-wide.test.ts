import { expect, it, onTestFinished } from 'vitest';
import { processWide } from '#lib/base/process-wide.ts';

it('is one value for every copy of the code', () => {
  const name = 'reelkeep.test-of-process-wide';
  onTestFinished(() => void Reflect.deleteProperty(globalThis, Symbol.for(name)));
  const first = processWide(name, () => ({ count: 1 }));
  expect(processWide(name, () => ({ count: 2 }))).toBe(first);
});
