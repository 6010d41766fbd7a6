import { expect, it } from 'vitest';
import { openSandbox, type SandboxClient } from '../../../fixtures/sandbox-client.ts';

const MODEL = 'wan2.2-s2v-detect';
const IMAGE = 'https://example.org/face.png';

function detect(client: SandboxClient, body: object, headers: Record<string, string> = {}, slash = '') {
  return client.call(`/services/aigc/image2video/face-detect${slash}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

it.each(['', '/'])('answers at once, and makes no task (%s)', async (slash) => {
  const client = await openSandbox();
  const response = await detect(client, { model: MODEL, input: { image_url: IMAGE } }, {}, slash);
  expect([response.status, await response.json()]).toEqual([
    200,
    { output: { check_pass: true, humanoid: true }, usage: { image_count: 1 }, request_id: expect.any(String) },
  ]);
  expect(client.sandbox.tasks()).toEqual([]);
});

it.each<[string, object, Record<string, string>, number, object]>([
  [
    'an asynchronous call',
    { model: MODEL, input: { image_url: IMAGE } },
    { 'x-dashscope-async': 'enable' },
    403,
    { code: 'AccessDenied', message: 'current user api does not support asynchronous calls.' },
  ],
  ['another model', { model: 'wan2.2-s2v', input: { image_url: IMAGE } }, {}, 400, { message: 'Model not exist.' }],
  ['no picture', { model: MODEL, input: {} }, {}, 400, { message: 'Field required: input.image_url' }],
  ['no input', { model: MODEL }, {}, 400, { code: 'BadRequest.EmptyInput' }],
  ['what is no address', { model: MODEL, input: { image_url: 'face.png' } }, {}, 400, { code: 'InvalidParameter' }],
  [
    'what cannot be fetched',
    { model: MODEL, input: { image_url: 'http://localhost/face.png' } },
    {},
    400,
    { code: 'InvalidParameter', message: 'Failed to download multimodal content' },
  ],
])('refuses %s', async (_what, body, headers, status, answer) => {
  const client = await openSandbox();
  const response = await detect(client, body, headers);
  expect([response.status, await response.json()]).toMatchObject([status, answer]);
});

it('wants a key and keeps the rate of its model', async () => {
  const client = await openSandbox();
  const body = { model: MODEL, input: { image_url: IMAGE } };
  expect((await detect(client, body, { authorization: '' })).status).toBe(401);
  for (let index = 0; index < 5; index += 1) expect((await detect(client, body)).status).toBe(200);
  expect((await detect(client, body)).status).toBe(429);
});

it('takes a picture that was uploaded for it', async () => {
  const client = await openSandbox();
  expect((await client.call(`/uploads?action=getPolicy&model=${MODEL}`)).status).toBe(200);
});
