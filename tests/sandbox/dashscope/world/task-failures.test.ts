import { describe, expect, it } from 'vitest';
import { outcome } from '../../../fixtures/sandbox/task-outcome.ts';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

const IMAGE = 'https://example.org/a.png';

describe('what a task says of its failure', () => {
  it('can be scripted, for what only a look at the picture would find', async () => {
    const client = await openSandbox();
    const code = 'InvalidFile.FacePose';
    const message = 'The face pose of the input image is not as required.';
    client.sandbox.script({ fault: 'task-failed', match: { model: 'wan2.2-animate-move' }, code, message });
    const body = {
      model: 'wan2.2-animate-move',
      input: { image_url: IMAGE, video_url: IMAGE },
      parameters: { mode: 'wan-std' },
    };
    expect(await outcome(client, body, 'image2video')).toMatchObject({ task_status: 'FAILED', code, message });
    expect(await outcome(client, body, 'image2video')).toMatchObject({ task_status: 'SUCCEEDED' });
  });

  it('can be scripted after the submission', async () => {
    const client = await openSandbox();
    const taskId = await client.submit();
    client.sandbox.script({ fault: 'moderation', match: { taskId }, code: 'IPInfringementSuspect' });
    await client.task(taskId);
    client.clock.advance(60_000);
    expect((await client.task(taskId)).output).toMatchObject({ task_status: 'FAILED', code: 'IPInfringementSuspect' });
  });

  it('comes of a frame beside a document, which is taken at first', async () => {
    const client = await openSandbox();
    const media = ['first_frame', 'file'].map((type) => ({ type, url: IMAGE }));
    expect(await outcome(client, { model: 'wan3.0-video', input: { media } })).toMatchObject({
      task_status: 'FAILED',
      code: 'InvalidParameter',
    });
  });
});
