import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a task', () => {
  it('goes from PENDING over RUNNING to SUCCEEDED as time passes', async () => {
    const client = await openSandbox({ taskDurationMs: 1000 });
    const taskId = await client.submit();
    const pending = await client.task(taskId);
    expect(pending.output).toEqual({ task_id: taskId, task_status: 'PENDING', submit_time: '2026-11-21 08:00:00.000' });
    client.clock.advance(250);
    expect((await client.task(taskId)).output.task_status).toBe('RUNNING');
    client.clock.advance(749);
    expect((await client.task(taskId)).output.task_status).toBe('RUNNING');
    client.clock.advance(1);
    const done = await client.task(taskId);
    expect(done.output).toEqual({
      task_id: taskId,
      task_status: 'SUCCEEDED',
      submit_time: '2026-11-21 08:00:00.000',
      scheduled_time: '2026-11-21 08:00:00.250',
      end_time: '2026-11-21 08:00:01.000',
      orig_prompt: 'a harbour at dawn',
      video_url: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/.*\.mp4\?Expires=\d+&OSSAccessKeyId=\w+&Signature=\S+$/,
      ),
    });
  });

  it('states its times in the zone that was chosen', async () => {
    const client = await openSandbox({ zoneOffsetMinutes: 0 });
    expect((await client.task(await client.submit())).output.submit_time).toBe('2026-11-21 00:00:00.000');
  });

  it.each([
    ['wan2.5-t2v-preview', { size: '832*480' }, { video_duration: 5, video_ratio: '832*480', video_count: 1 }],
    ['wan2.6-t2v', { size: '1088*832', duration: 3 }, { ...newer(3, 720), size: '1088*832' }],
    ['wan2.7-t2v', { ratio: '1:1', duration: 4 }, { ...newer(4, 1080), ratio: '1:1' }],
    ['wan3.0-video', { resolution: '480P', ratio: '9:16' }, { ...newer(5, 480), ratio: '9:16', fps: 30 }],
  ])('%s is charged in its own terms', async (model, parameters, usage) => {
    const client = await openSandbox();
    const taskId = await client.submit({ model, input: { prompt: 'x' }, parameters });
    client.clock.advance(1000);
    expect((await client.task(taskId)).usage).toEqual(usage);
  });

  it.each([
    ['wan2.5-t2v-preview', {}, true],
    ['wan2.5-t2v-preview', { prompt_extend: false }, false],
    ['wan2.6-t2v', {}, false],
  ])('%s with %o says what the prompt was rewritten to: %s', async (model, parameters, says) => {
    const client = await openSandbox();
    const taskId = await client.submit({ model, input: { prompt: 'x' }, parameters });
    client.clock.advance(1000);
    expect((await client.task(taskId)).output.actual_prompt !== undefined).toBe(says);
  });

  it('that never was, or is older than a day, is UNKNOWN with status 200 and nothing else', async () => {
    const client = await openSandbox();
    const taskId = await client.submit();
    client.clock.advance(DAY_MS - 1);
    expect((await client.task(taskId)).output.task_status).toBe('SUCCEEDED');
    client.clock.advance(1);
    const unknown = (id: string) => ({
      request_id: expect.any(String),
      output: { task_id: id, task_status: 'UNKNOWN' },
    });
    expect(await client.task(taskId)).toEqual(unknown(taskId));
    expect(await client.task('never-was')).toEqual(unknown('never-was'));
    expect((await client.list()).total).toBe(0);
  });

  function newer(seconds: number, tier: number) {
    return { duration: seconds, input_video_duration: 0, output_video_duration: seconds, SR: tier, video_count: 1 };
  }
});
