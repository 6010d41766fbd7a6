import { expect, it, vi } from 'vitest';
import { keepForm } from '#lib/components/attachments/keep-form.ts';

type Submit = ReturnType<typeof keepForm>;
type Input = Parameters<Submit>[0];

/** What a form does with an answer: how often the page was updated, and what it says. */
async function answered(result: object) {
  const told: string[] = [];
  const update = vi.fn(async () => {});
  // Nothing of the submission itself is looked at.
  const after = await keepForm((problem) => void told.push(problem))({} as Input);
  if (typeof after !== 'function') throw new Error('the form does nothing with its answer');
  await after({ result, update } as never);
  return { told, updates: update.mock.calls.length };
}

it.each(['success', 'failure', 'redirect'])('a form whose answer is a %s does as ever', async (type) => {
  expect(await answered({ type })).toEqual({ told: [], updates: 1 });
});

it('a form that the server failed at stays, with what it says', async () => {
  const result = { type: 'error', error: { message: 'The records are broken.' } };
  expect(await answered(result)).toEqual({ told: ['The records are broken.'], updates: 0 });
});

it('a form that the server did not get stays, and says so', async () => {
  const result = { type: 'error', error: { isServerAway: true, message: 'Failed to fetch' } };
  expect(await answered(result)).toEqual({ told: [expect.stringContaining('not responding')], updates: 0 });
});
