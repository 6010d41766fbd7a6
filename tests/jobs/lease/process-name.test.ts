import { expect, it } from 'vitest';
import { processIdentity } from '#lib/base/process/process-identity.server.ts';
import { isSameProcess } from '#lib/jobs/lease/process-name.ts';

it.each([
  ['host/12/345/aa', 'host/12/345/aa', true],
  ['host/12/345/aa', 'host/12/345/bb', true],
  ['host/12/345/aa', 'other/12/345/aa', false],
  ['host/12/345/aa', 'host/13/345/aa', false],
  // The number was given to another process since.
  ['host/12/345/aa', 'host/12/346/aa', false],
])('%s and %s are of one process: %s', (one, other, expected) => {
  expect(isSameProcess(one, other)).toBe(expected);
});

it('knows this process by its own name', () => {
  const name = processIdentity();
  expect(isSameProcess(name, `${name}-another-run`)).toBe(true);
});
