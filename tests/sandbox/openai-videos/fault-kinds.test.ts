import { expect, it } from 'vitest';
import { outcomeOf, VIDEO_FAULTS } from '#lib/sandbox/openai-videos/fault-kinds.ts';

it('has an outcome of a job for every fault that is one, and for no other', () => {
  for (const [name, { place }] of Object.entries(VIDEO_FAULTS.kinds)) {
    const outcome = outcomeOf({ fault: name as keyof typeof VIDEO_FAULTS.kinds });
    expect(outcome, name).toBe(place === 'job' ? name : undefined);
  }
  expect(outcomeOf(undefined)).toBeUndefined();
});
