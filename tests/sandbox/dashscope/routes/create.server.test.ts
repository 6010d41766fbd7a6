import { describe, expect, it } from 'vitest';
import { bodyOf, IMAGE, SOUND } from '../../../fixtures/sandbox/create-cases.ts';
import { openSandbox, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

describe('POST video-synthesis', () => {
  it('takes an address with a slash at the end, as one sample has it', async () => {
    const client = await openSandbox();
    const body = JSON.stringify(bodyOf('wan2.2-s2v', { image_url: IMAGE, audio_url: SOUND }, { style: 'speech' }));
    const headers = { 'content-type': 'application/json', 'x-dashscope-async': 'enable' };
    const path = '/services/aigc/image2video/video-synthesis/';
    expect((await client.call(path, { method: 'POST', headers, body })).status).toBe(200);
  });

  it('says that there is no such address', async () => {
    const client = await openSandbox();
    const response = await client.create(TEXT_27, {}, 'nothing');
    expect([response.status, await response.json()]).toMatchObject([400, { message: 'url error, please check url！' }]);
  });

  it('says which method an address does not take', async () => {
    const client = await openSandbox();
    const response = await client.call('/services/aigc/video-generation/video-synthesis');
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'InvalidParameter', message: "Request method 'GET' is not supported." },
    ]);
  });

  it('refuses a body that is no JSON', async () => {
    const client = await openSandbox();
    expect(await (await client.create('{')).json()).toMatchObject({
      code: 'BadRequest.IllegalInput',
      message: 'The input parameter requires json format.',
    });
  });

  it('refuses a synchronous call', async () => {
    const client = await openSandbox();
    const response = await client.create(TEXT_27, { 'x-dashscope-async': '' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'AccessDenied',
      message: 'current user api does not support synchronous calls.',
    });
  });

  it.each([
    ['none', {}, 401],
    ['of another form', { authorization: 'Bearer pk-1' }, 401],
    ['that is marked invalid', { authorization: 'Bearer sk-invalid-1' }, 401],
    ['of any other sk- kind', { authorization: 'Bearer sk-ws-anything' }, 200],
  ])('a key %s', async (_name, headers, status) => {
    const client = await openSandbox();
    const probe = await fetch(`${client.sandbox.baseUrl}/tasks/00000000-0000-0000-0000-000000000000`, { headers });
    expect(probe.status).toBe(status);
    if (status === 401) expect(await probe.json()).toMatchObject({ code: 'InvalidApiKey' });
  });

  it('accepts only its own key when it was given one', async () => {
    const client = await openSandbox({ apiKey: 'sk-mine' });
    expect((await client.call('/tasks')).status).toBe(200);
    expect((await client.call('/tasks', { headers: { authorization: 'Bearer sk-other' } })).status).toBe(401);
  });

  it('cuts an overlong prompt without a word, by code points', async () => {
    const client = await openSandbox();
    const taskId = await client.submit({ ...TEXT_27, input: { prompt: '🌊'.repeat(5001) } });
    client.clock.advance(3000);
    expect((await client.task(taskId)).output.orig_prompt).toBe('🌊'.repeat(5000));
  });

  it('counts a Chinese character twice where HappyHorse does', async () => {
    const client = await openSandbox();
    const taskId = await client.submit({ model: 'happyhorse-1.0-t2v', input: { prompt: `${'海'.repeat(2499)}abcd` } });
    client.clock.advance(3000);
    expect((await client.task(taskId)).output.orig_prompt).toBe(`${'海'.repeat(2499)}ab`);
  });

  it('can refuse beyond the concurrency limit instead of queueing', async () => {
    const client = await openSandbox({ overConcurrency: 'refuse', taskDurationMs: 60_000 });
    for (let index = 0; index < 5; index += 1) await client.submit();
    client.clock.advance(1000);
    expect((await client.create(TEXT_27)).status).toBe(429);
    client.clock.advance(60_000);
    await client.submit();
  });
});
