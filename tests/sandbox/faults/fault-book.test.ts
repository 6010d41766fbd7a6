import { describe, expect, it } from 'vitest';
import { received } from '../../fixtures/sandbox/received.ts';
import { openSandbox, TEXT_27 } from '../../fixtures/sandbox-client.ts';

describe('scripting', () => {
  it('hits what matches, as often as it says, from the nth on', async () => {
    const client = await openSandbox({ enforceLimits: false });
    client.sandbox.script({ fault: 'refuse-503', match: { prompt: 'harbour', model: 'wan2.7-t2v', nth: 2 }, times: 2 });
    const statusOf = async (prompt: string) => (await client.create({ ...TEXT_27, input: { prompt } })).status;
    const prompts = ['a harbour', 'a hill', 'a harbour', 'a hill', 'a harbour', 'a harbour'];
    const statuses = [];
    for (const prompt of prompts) statuses.push(await statusOf(prompt));
    expect(statuses).toEqual([200, 200, 503, 200, 503, 200]);
  });

  it('takes a RegExp, and the word always', async () => {
    const client = await openSandbox();
    client.sandbox.script({ fault: 'refuse-429', match: { prompt: /^a h/ }, times: 'always', retryAfterSeconds: 7 });
    for (let index = 0; index < 3; index += 1) {
      const response = await client.create(TEXT_27);
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    }
  });

  it('plays exclusive faults one after the other', async () => {
    const client = await openSandbox();
    client.sandbox.script({ fault: 'refuse-429', times: 2 });
    client.sandbox.script({ fault: 'lost-submit-answer' });
    expect((await client.create(TEXT_27)).status).toBe(429);
    expect((await client.create(TEXT_27)).status).toBe(429);
    await expect(client.create(TEXT_27)).rejects.toThrow();
    expect(client.sandbox.counts()).toMatchObject({ accepted: 1, refused: 2, lost: 1 });
  });

  it('lets faults that only alter the answer come together', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'wrong-crc' });
    client.sandbox.script({ fault: 'no-length' });
    client.sandbox.script({ fault: 'cut', atByte: 10 });
    expect(await received(url)).toEqual({ sizeBytes: 10, ended: false });
    expect(client.sandbox.requests().at(-1)?.faults).toEqual(['wrong-crc', 'no-length', 'cut']);
  });

  it('can still decide the outcome of a task that is already there, by its id or prompt', async () => {
    const client = await openSandbox();
    const [first, second] = [await client.submit(), await client.submit()];
    client.sandbox.script({ fault: 'task-unknown', match: { taskId: second } });
    client.sandbox.script({ fault: 'moderation' });
    const statuses = [await client.task(first), await client.task(second)].map(({ output }) => output.task_status);
    expect(statuses).toEqual(['PENDING', 'UNKNOWN']);
  });

  it('can be asked for in the prompt, once for each prompt', async () => {
    const client = await openSandbox();
    const prompt = 'a harbour [sandbox:refuse-503] [sandbox:cut@500] [sandbox:nothing-of-the-kind]';
    expect((await client.create({ ...TEXT_27, input: { prompt } })).status).toBe(503);
    const { url } = await client.finishedLink(prompt);
    expect(await received(url)).toEqual({ sizeBytes: 500, ended: false });
    expect((await received(url)).ended).toBe(true);
  });
});
