import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';
import { verifyWebhook } from '#lib/fal/api/webhook.server.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { publishedKeys, signedWebhook } from '../../fixtures/fal/webhook.ts';

const BODY = { request_id: 'r', gateway_request_id: 'g', status: 'OK', payload: { video: 1 } };

async function receiver() {
  const clock = new FakeClock();
  const published = await publishedKeys();
  const take = (
    change: Parameters<typeof signedWebhook>[1] = {},
    key: KeyObject = published.key,
    tamper: Record<string, string> = {},
  ) => {
    const { headers, body } = signedWebhook(key, { body: JSON.stringify(BODY), atMs: clock.now(), ...change });
    const all: Record<string, string> = { ...headers, ...tamper };
    const delivery = { header: (name: string) => all[name], body };
    return verifyWebhook(delivery, { jwksUrl: published.url, clock, proxy: {} });
  };
  return { ...published, clock, take };
}

it('takes one that fal has signed, again and again', async () => {
  const { take, asked } = await receiver();
  const webhook = { requestId: 'r', gatewayRequestId: 'g', status: 'OK', payload: { video: 1 } };
  expect(await take()).toMatchObject(webhook);
  expect(await take()).toMatchObject(webhook);
  expect(asked()).toBe(1);
});

it.each([
  ['another body', {}, { 'x-fal-webhook-request-id': 'other' }, 'auth'],
  ['another user', {}, { 'x-fal-webhook-user-id': 'other' }, 'auth'],
  ['no signature', {}, { 'x-fal-webhook-signature': '' }, 'auth'],
  ['a short signature', {}, { 'x-fal-webhook-signature': 'ab' }, 'auth'],
  ['no time', {}, { 'x-fal-webhook-timestamp': 'now' }, 'auth'],
  ['what is no JSON', { body: 'odd' }, {}, 'invalid-input'],
  ['what is about another request', { body: JSON.stringify({ ...BODY, request_id: 's' }) }, {}, 'invalid-input'],
])('refuses %s', async (_name, change, tamper, code) => {
  const { take, key } = await receiver();
  await expect(take(change, key, tamper)).rejects.toMatchObject({ code });
});

it('refuses one of more than five minutes ago, or ahead', async () => {
  const { take, clock } = await receiver();
  for (const offsetMs of [-299_000, 299_000]) await take({ atMs: clock.now() + offsetMs });
  for (const offsetMs of [-302_000, 302_000]) {
    await expect(take({ atMs: clock.now() + offsetMs })).rejects.toMatchObject({ code: 'auth' });
  }
});

it('asks for new keys when a signature fits none, and not for each stranger', async () => {
  const { take, clock, replaceKey, asked } = await receiver();
  await take();
  const stranger = generateKeyPairSync('ed25519').privateKey;
  await expect(take({}, stranger)).rejects.toMatchObject({ code: 'auth' });
  expect(asked()).toBe(1);
  const next = replaceKey();
  clock.advance(5 * 60_000);
  await take({ atMs: clock.now() }, next);
  for (let nth = 0; nth < 3; nth += 1) await expect(take({}, stranger)).rejects.toMatchObject({ code: 'auth' });
  expect(asked()).toBe(2);
});

it('says that the keys are out of reach', async () => {
  const { take, breakOff } = await receiver();
  await breakOff();
  await expect(take()).rejects.toMatchObject({ code: 'network' });
});
