import { describe, expect, it } from 'vitest';
import { generateAndStoreVideo, rescueTask, resumeVideos, WanxClient } from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';
import { countUnheardRejections } from '../../fixtures/unheard-rejections.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const HOUR_MS = 3_600_000;

/** An async listener that rejects: TypeScript takes it wherever a listener is asked for. */
function rejecting() {
  const state = { calls: 0 };
  const listener = async () => {
    state.calls += 1;
    throw new Error('the listener is broken');
  };
  return { state, listener };
}

describe('an async listener that rejects does no harm to paid work, nor to the process', () => {
  it('as onProgress of generateAndStoreVideo', async () => {
    await wanProject();
    const unheard = countUnheardRejections();
    const { state, listener } = rejecting();
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, listener)).toMatchObject({ success: true });
    // The second time for a finished video, which is told on another way.
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { onProgress: listener })).toMatchObject({
      success: true,
    });
    expect(state.calls).toBeGreaterThan(4);
    expect(await unheard()).toBe(0);
  });

  it('as onProgress and onDeadline of resumeVideos', async () => {
    const clock = new VirtualClock();
    await wanProject({ clock, taskDurationMs: 60_000 });
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock, timeoutMs: 10 });
    await clock.advance(22 * HOUR_MS);
    const unheard = countUnheardRejections();
    const [progress, deadline] = [rejecting(), rejecting()];
    const options = { clock, onProgress: progress.listener, onDeadline: deadline.listener };
    expect(await resumeVideos(options)).toMatchObject([{ success: true }]);
    expect(progress.state.calls).toBeGreaterThan(1);
    expect(deadline.state.calls).toBe(1);
    expect(await unheard()).toBe(0);
  });

  it('as onProgress of rescueTask', async () => {
    const { leave } = await wanProject();
    const taskId = await leave(HARBOUR, AGE_OF_SAIL);
    const unheard = countUnheardRejections();
    const { state, listener } = rejecting();
    expect(await rescueTask(taskId, { onProgress: listener })).toMatchObject({ taskId, key: 'harbour/sail' });
    expect(state.calls).toBeGreaterThan(0);
    expect(await unheard()).toBe(0);
  });

  it('as onUpdate of the client', async () => {
    await wanProject();
    const unheard = countUnheardRejections();
    const { state, listener } = rejecting();
    const task = await new WanxClient().generateVideoFromText('a quiet harbour', { onUpdate: listener });
    expect(task.status).toBe('SUCCEEDED');
    expect(state.calls).toBeGreaterThan(0);
    expect(await unheard()).toBe(0);
  });
});
