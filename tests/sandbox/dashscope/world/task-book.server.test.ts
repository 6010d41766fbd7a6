import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';
import { openSandbox, SandboxClient } from '../../../fixtures/sandbox-client.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

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
