import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { FalApi } from '#lib/fal/api/fal-api.server.ts';
import { submitOnce } from '#lib/fal/api/submit.server.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

/** What a submission ends in whose answer has this status and body. */
async function answered(status: number, body: object) {
  const queueUrl = await loopback((request, response) => {
    request.resume();
    response.writeHead(status).end(JSON.stringify(body));
  });
  const endpoint = { queueUrl, apiUrl: undefined, isOwn: false };
  const api = new FalApi({ endpoint, key: 'k', requestTimeoutMs: 60_000, proxy: {}, clock: systemClock });
  return submitOnce(api, {
    ...{ modelId: 'a/b', input: {}, mediaLifetimeSeconds: undefined, webhookUrl: undefined },
    signal: new AbortController().signal,
    beforeSend: async () => {},
  });
}

describe('a request that a gateway does not confirm', () => {
  it.each([502, 504, 429, 403, 302])(
    '(%i) is accepted where the answer says where its result will be',
    async (code) => {
      const body = { request_id: 'r-1', response_url: 'https://queue.fal.run/a/b/requests/r-1' };
      expect(await answered(code, body)).toMatchObject({
        requestId: 'r-1',
        handle: { responseUrl: body.response_url },
      });
    },
  );

  it('is refused where the answer only names it', async () => {
    const error = await rejection(answered(403, { request_id: 'r-1', detail: 'no' }));
    expect(error).toMatchObject({ code: 'auth', billable: 'no' });
  });

  it('is not known to be accepted where a gateway only names it', async () => {
    const error = await rejection(answered(504, { request_id: 'r-1' }));
    expect(error).toMatchObject({ code: 'unknown-outcome', billable: 'maybe' });
  });
});
