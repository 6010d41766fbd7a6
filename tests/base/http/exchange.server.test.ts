import { expect, it } from 'vitest';
import { exchange } from '#lib/base/http/exchange.server.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

it('knows that a request which none can be made of was not sent', async () => {
  const seen: unknown[] = [];
  const url = await loopback((request, response) => {
    seen.push(request.url);
    response.end('{}');
  });
  const call = { method: 'POST', url, body: '{}', timeoutMs: 5000 } as const;
  const refused = await exchange({ ...call, headers: { 'x-workspace': 'ws-1\n' } });
  expect(refused).toMatchObject({ kind: 'failure', surelyNotSent: true, cause: { code: 'UND_ERR_INVALID_ARG' } });
  expect(seen).toEqual([]);
  // The same with a header that can be sent arrives.
  expect(await exchange({ ...call, headers: { 'x-workspace': 'ws-1' } })).toMatchObject({ kind: 'answer' });
  expect(seen).toEqual(['/']);
});
