import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openSandbox, type SandboxClient, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

function control(client: SandboxClient, name: string, body?: unknown, headers: Record<string, string> = {}) {
  const url = new URL(`/__sandbox/${name}`, client.sandbox.baseUrl);
  if (body === undefined) return fetch(url, { headers });
  const json = { 'content-type': 'application/json', ...headers };
  return fetch(url, { method: 'POST', headers: json, body: JSON.stringify(body) });
}

describe('the control endpoint', () => {
  it('scripts one fault or several', async () => {
    const client = await openSandbox();
    expect(await (await control(client, 'faults', { fault: 'refuse-503' })).json()).toEqual({ ok: true, scripted: 1 });
    await control(client, 'faults', [{ fault: 'refuse-429' }, { fault: 'refuse-500' }]);
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await client.create(TEXT_27)).status);
    expect(statuses).toEqual([503, 429, 500, 200]);
  });

  it('tells the state: counts, tasks, submissions, requests and faults to come', async () => {
    const client = await openSandbox();
    const taskId = await client.submit();
    await control(client, 'faults', { fault: 'cut', match: { prompt: 'x' } });
    const state = await (await control(client, 'state')).json();
    expect(state).toEqual({
      sandbox: true,
      counts: { accepted: 1, refused: 0, dropped: 0, lost: 0, downloadsFinished: 0 },
      tasks: [expect.objectContaining({ taskId, status: 'PENDING', prompt: 'a harbour at dawn' })],
      submissions: [expect.objectContaining({ taskId, accepted: true, outcome: 'answered' })],
      notionPages: [],
      openaiVideos: { videos: [], creations: [] },
      fal: { requests: [], submissions: [] },
      requests: [expect.objectContaining({ method: 'POST', status: 200 })],
      faults: [{ fault: 'cut', match: { prompt: 'x' } }],
    });
  });

  it("scripts faults of OpenAI's videos", async () => {
    const client = await openSandbox();
    expect((await control(client, 'openai-videos-faults', { fault: 'refuse-503', on: 'list' })).status).toBe(200);
    const { openaiVideos, env } = client.sandbox;
    const headers = { authorization: `Bearer ${env.OPENAI_VIDEOS_API_KEY}` };
    expect((await fetch(`${openaiVideos.baseUrl}/videos`, { headers })).status).toBe(503);
    expect((await fetch(`${openaiVideos.baseUrl}/videos`, { headers })).status).toBe(200);
    expect((await control(client, 'openai-videos-faults', { fault: 'lost-submit-answer' })).status).toBe(400);
  });

  it('forgets everything on reset, but gives no id a second time', async () => {
    const client = await openSandbox({ seed: 'fixed' });
    const first = await client.submit();
    await control(client, 'faults', { fault: 'refuse-503' });
    await control(client, 'reset', {});
    expect(client.sandbox.counts()).toEqual({ accepted: 0, refused: 0, dropped: 0, lost: 0, downloadsFinished: 0 });
    expect(client.sandbox.requests()).toEqual([]);
    expect(await client.submit()).not.toBe(first);
  });

  it.each([
    ['a web page', 403, { origin: 'https://example.org' }],
    ['a plain form', 415, { 'content-type': 'text/plain' }],
  ])('refuses %s', async (_name, status, headers) => {
    const client = await openSandbox();
    expect((await control(client, 'faults', { fault: 'cut' }, headers)).status).toBe(status);
  });

  it.each(['/__sandbox/state', '//127.0.0.1/__sandbox/state'])(
    'refuses a name that was bent to this machine: %s',
    async (path) => {
      const client = await openSandbox();
      const { port } = new URL(client.sandbox.baseUrl);
      const status = await new Promise((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port, path, headers: { host: 'evil.example' } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on('error', reject).end();
      });
      // The second path is no control path at all; either way nothing is told.
      expect(status).toBe(403);
    },
  );

  it('says what is wrong with a fault, and knows nothing else', async () => {
    const client = await openSandbox();
    const response = await control(client, 'faults', { fault: 'melt' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: expect.stringContaining('fault') }]);
    expect((await control(client, 'other', {})).status).toBe(404);
    expect((await control(client, 'other')).status).toBe(404);
  });
});
