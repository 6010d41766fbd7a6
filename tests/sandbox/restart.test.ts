import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';
import { openSandbox, SandboxClient } from '../fixtures/sandbox-client.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

describe('a sandbox with a state file', () => {
  it('still knows after a restart what a task failed of', async () => {
    const statePath = join(temporaryFolder(), 'state.json');
    const before = await openSandbox({ statePath });
    const body = { model: 'wan2.7-t2v', input: { prompt: 'p' }, parameters: { resolution: '4K' } };
    const taskId = await before.submit(body);
    await before.sandbox.close();
    const after = await openSandbox({ statePath });
    after.clock.advance(60_000);
    expect((await after.task(taskId)).output).toMatchObject({
      task_status: 'FAILED',
      message: 'The size is not match the allowed size: 720P, 1080P.',
    });
  });

  it('goes on with its tasks, links and counts after a restart, byte for byte', async () => {
    const statePath = join(temporaryFolder(), 'state.json');
    const before = await openSandbox({ statePath });
    const { taskId, url } = await before.finishedLink();
    const { response, bytes } = await before.download(url);
    const port = Number(new URL(before.sandbox.baseUrl).port);
    await before.sandbox.close();

    const sandbox = await startSandbox({ statePath, port, clock: before.clock });
    const after = new SandboxClient(sandbox, before.clock);
    const again = await after.download(url, { range: 'bytes=100-', 'if-match': response.headers.get('etag') ?? '' });
    expect(again.response.status).toBe(206);
    expect(again.bytes.equals(bytes.subarray(100))).toBe(true);
    expect((await after.task(taskId)).output.task_status).toBe('SUCCEEDED');
    expect(sandbox.counts().accepted).toBe(1);
    expect(await after.submit()).not.toBe(taskId);
    await sandbox.close();
  });

  it('has written a task before it answers', async () => {
    const statePath = join(temporaryFolder(), 'state.json');
    const client = await openSandbox({ statePath });
    client.sandbox.script({ fault: 'lost-submit-answer' });
    await expect(client.submit()).rejects.toThrow();
    expect(JSON.parse(readFileSync(statePath, 'utf8')).tasks).toHaveLength(1);
  });

  it('refuses a file that holds something else, and leaves it', async () => {
    const statePath = join(temporaryFolder(), 'state.json');
    writeFileSync(statePath, '{"mine":1}');
    await expect(startSandbox({ statePath })).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(readFileSync(statePath, 'utf8')).toBe('{"mine":1}');
  });
});

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
      WANX_ALLOW_PRIVATE_NETWORK: '1',
      WANX_POLL_INTERVAL_MS: '100',
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
