import { expect, it } from 'vitest';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

it('logs what came in, without a secret, and says when credentials came to the wrong host', async () => {
  const client = await openSandbox({ apiKey: 'sk-secret-1234' });
  const { taskId, url } = await client.finishedLink();
  await client.download(url, { range: 'bytes=0-9', 'if-match': '*' });
  await client.download(url, { authorization: 'Bearer sk-secret-1234' });
  const log = client.sandbox.requests();
  expect(log.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 200', 'GET 200', 'GET 206', 'GET 400']);
  expect(log[2]).toMatchObject({ taskId, range: 'bytes=0-9', ifMatch: '*', bodyBytesSent: 10, finished: true });
  expect(log.map(({ sentCredentials }) => sentCredentials)).toEqual([true, true, false, true]);
  expect(JSON.stringify(log)).not.toMatch(/sk-secret|Signature|Expires/);
});
