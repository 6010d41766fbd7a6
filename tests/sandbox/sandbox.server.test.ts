import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';
import { openSandbox } from '../fixtures/sandbox-client.ts';

describe('starting and stopping', () => {
  it('makes the same ids and links from the same seed', async () => {
    const ids = [];
    for (let index = 0; index < 2; index += 1) ids.push(await (await openSandbox({ seed: 'fixed' })).submit());
    expect(ids[0]).toBe(ids[1]);
  });

  it('says that a port is taken', async () => {
    const { sandbox } = await openSandbox();
    const port = Number(new URL(sandbox.baseUrl).port);
    await expect(startSandbox({ port })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(String(port)),
    });
  });

  it('gives the environment of a client', async () => {
    const { sandbox } = await openSandbox({ apiKey: 'sk-mine', taskDurationMs: 600 });
    expect(sandbox.env).toEqual({
      DASHSCOPE_API_KEY: 'sk-mine',
      DASHSCOPE_HTTP_BASE_URL: sandbox.baseUrl,
      OPENAI_VIDEOS_API_KEY: 'sk-mine',
      OPENAI_VIDEOS_BASE_URL: `${new URL(sandbox.baseUrl).origin}/v1`,
      OPENAI_VIDEOS_MODEL: 'sora-2',
      FAL_KEY: 'sk-mine',
      FAL_QUEUE_BASE_URL: `${new URL(sandbox.baseUrl).origin}/fal/queue`,
      FAL_API_BASE_URL: `${new URL(sandbox.baseUrl).origin}/fal/api`,
      WANX_ALLOW_PRIVATE_NETWORK: '1',
      WANX_POLL_INTERVAL_MS: '100',
      NOTION_TOKEN: sandbox.notion.token,
      NOTION_BASE_URL: sandbox.baseUrl.replace('/api/v1', '/notion'),
    });
    expect(sandbox.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/);
  });

  it('cuts what is still open when it closes', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'stall', atByte: 10 });
    const response = await fetch(url);
    await client.sandbox.close();
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});

it('answers a request that comes on a kept connection while the answer before it is still ending', async () => {
  const client = await openSandbox({ clock: systemClock, taskDurationMs: 0 });
  const { url } = await client.finishedLink();
  client.sandbox.script({ fault: 'slow', bytesPerSecond: 1_000_000, times: 'always' });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const fetched = () =>
    new Promise<Buffer>((resolve, reject) => {
      get(url, { agent }, (response) => void buffer(response).then(resolve, reject)).on('error', reject);
    });
  const [first, second] = [await fetched(), await fetched()];
  expect(second.equals(first)).toBe(true);
  agent.destroy();
});
