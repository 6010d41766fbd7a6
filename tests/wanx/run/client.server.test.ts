import { expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { clientFor, contextOf } from '#lib/wanx/run/client.server.ts';

it('a client of a call has the key of the call, and a client of another call another account', () => {
  const [one, other] = ['sk-one', 'sk-two'].map((apiKey) => clientFor({ apiKey }));
  expect(clientFor({ apiKey: 'sk-one' }).account).toBe(one?.account);
  expect(other?.account).not.toBe(one?.account);
  expect(one?.account).not.toContain('sk-one');
});

it('what a job needs besides are the options of the call, and nothing else of them', () => {
  const settings = readSettings({});
  const resolve = async () => [];
  const options = { apiKey: 'sk-one', timeoutMs: 5, maxBytes: 7, resolve, pictures: true };
  const { client, ...context } = contextOf(settings, options);
  expect(context).toEqual({ settings, timeoutMs: 5, maxBytes: 7, resolve });
  expect(client.account).toBe(clientFor({ apiKey: 'sk-one' }).account);
});
