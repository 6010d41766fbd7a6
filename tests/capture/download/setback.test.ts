import { expect, it } from 'vitest';
import { Setback } from '#lib/capture/download/setback.ts';

it('a setback is of the network unless it says otherwise, and keeps what the server said', () => {
  expect(new Setback('later', 'the connection was lost')).toMatchObject({
    ...{ kind: 'later', message: 'the connection was lost', code: 'network', name: 'Setback' },
    ...{ retryAfterMs: undefined, status: undefined },
  });
  const cause = new Error('ECONNRESET');
  const options = { code: 'integrity', retryAfterMs: 5000, status: 503, cause } as const;
  expect(new Setback('dead-link', 'gone', options)).toMatchObject({ kind: 'dead-link', ...options });
  // No cause, rather than one of undefined, which an error log would print.
  expect('cause' in new Setback('later', 'x')).toBe(false);
});
