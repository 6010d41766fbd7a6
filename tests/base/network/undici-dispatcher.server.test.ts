import { Agent } from 'undici';
import { expect, it } from 'vitest';
import { undiciDispatcher } from '#lib/base/network/undici-dispatcher.server.ts';

it('a dispatcher of undici is taken as it is, and none at all is none', async () => {
  const agent = new Agent();
  expect(undiciDispatcher(agent)).toBe(agent);
  expect(undiciDispatcher(undefined)).toBeUndefined();
  await agent.close();
});

it.each([{}, { dispatch: () => true }, { dispatch: true, request: true }, 'agent', 7])('%j is refused', (wrong) => {
  const refused = expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('dispatcher') });
  expect(() => undiciDispatcher(wrong as never)).toThrow(refused);
});
