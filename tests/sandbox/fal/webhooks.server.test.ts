import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { officialClient } from '../../fixtures/fal/official-client.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

async function receiver() {
  const { promise, resolve } = Promise.withResolvers<Received>();
  const server = createServer(async (request, response) => {
    resolve({ headers: request.headers, body: await text(request) });
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received: promise };
}

it.each([
  [undefined, { status: 'OK', payload: { video: expect.any(Object) } }],
  ['moderation', { status: 'ERROR', error: 'Unprocessable Entity', payload: { detail: expect.any(Array) } }],
] as const)('tells the end of a request, signed with a key that the sandbox publishes: %s', async (fault, told) => {
  const { client, fal } = await officialClient({ clock: systemClock, taskDurationMs: 20 });
  if (fault) fal.script({ fault });
  const { url: webhookUrl, received } = await receiver();
  const { request_id: id } = await client.queue.submit('fal-ai/ltx', { input: { prompt: 'x' }, webhookUrl });
  const { headers, body } = await received;
  expect(JSON.parse(body)).toMatchObject({ request_id: id, gateway_request_id: expect.any(String), ...told });
  const { keys } = await (await fetch(`${fal.restBaseUrl}/.well-known/jwks.json`)).json();
  const of = (name: string) => String(headers[`x-fal-webhook-${name}`]);
  const hash = createHash('sha256').update(body).digest('hex');
  const signed = Buffer.from([id, of('user-id'), of('timestamp'), hash].join('\n'));
  const key = createPublicKey({ key: keys[0], format: 'jwk' });
  expect(verify(null, signed, key, Buffer.from(of('signature'), 'hex'))).toBe(true);
  expect(fal.webhooks()).toMatchObject([{ requestId: id, url: webhookUrl }]);
});
