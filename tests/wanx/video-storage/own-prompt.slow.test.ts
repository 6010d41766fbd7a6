import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { generateAndStoreVideo, getVideoMetadata, resumeVideos } from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, type WanProject, wanProject } from '../../fixtures/records/wan-project.ts';

const MINE = ' A harbour, as I remember it:\nboats, and "gulls". ';
const OTHER = 'A harbour at night, seen from the sea.';

const make = (options: Parameters<typeof generateAndStoreVideo>[2] = {}) =>
  generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options);
/** Orders, and leaves as soon as this is told: the task goes on. */
async function leaveAt(stage: string, prompt: string): Promise<void> {
  const leaving = new AbortController();
  const onProgress = (progress: { stage: string }) => {
    // On a busy machine the queue may be left unseen.
    if (progress.stage === stage || (stage === 'queued' && progress.stage === 'generating')) leaving.abort();
  };
  expect(await make({ prompt, onProgress, signal: leaving.signal })).toMatchObject({ code: 'aborted' });
}
const record = () => getVideoMetadata('harbour', 'sail');
const sent = ({ sandbox }: WanProject) => sandbox.submissions().map(({ prompt }) => prompt);

describe('an order with a prompt of its own', () => {
  it('sends it as it is, and keeps it so', async () => {
    const project = await wanProject();
    const told: unknown[] = [];
    const result = await make({ prompt: MINE, onProgress: (progress) => told.push(progress) });
    expect(result).toMatchObject({ success: true, metadata: { prompt: MINE } });
    expect(result).not.toHaveProperty('note');
    expect(sent(project)).toEqual([MINE]);
    expect(project.stored()).toMatchObject([{ prompt: MINE, intent: { request: { prompt: MINE } } }]);
    expect(told[0]).toEqual({ stage: 'prompt', prompt: MINE });
  });

  it('is the only one that has it', async () => {
    const project = await wanProject();
    await make({ prompt: MINE });
    await make({ force: true });
    expect(sent(project)[1]).toContain('Old Harbour');
    expect(record()?.prompt).toBe(sent(project)[1]);
  });

  it.each([
    ['empty', '', /prompt is empty/],
    ['blank', ' \n\t\u00a0', /prompt is empty/],
    ['no text', 7, /prompt must be text/],
    ['half a character', 'A boat \ud83d', /lone surrogate/],
    ['longer than the model reads', 'a'.repeat(5001), /5001 characters.*wan2\.7-t2v.*5000/],
  ])('costs nothing and leaves no record when that is %s', async (_what, prompt, message) => {
    const project = await wanProject();
    expect(await make({ prompt: prompt as string })).toMatchObject({
      success: false,
      code: 'invalid-input',
      error: expect.stringMatching(message),
    });
    expect([project.accepted(), project.stored()]).toEqual([0, []]);
  });

  it('does not buy beside a finished film, and says so', async () => {
    const project = await wanProject();
    await make();
    expect(await make({ prompt: MINE })).toMatchObject({
      success: true,
      note: expect.stringMatching(
        /^Your prompt was not sent: a finished video with another prompt already exists.*force/,
      ),
    });
    expect(project.accepted()).toBe(1);
  });

  it('finishes the task that is under way, buys no other, and says so', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'never-finishes' });
    await leaveAt('generating', OTHER);
    await vi.waitFor(() => expect(project.sandbox.letFinish('night')).toBe(1));
    expect(await make({ prompt: MINE })).toMatchObject({
      success: true,
      metadata: { prompt: OTHER },
      note: expect.stringContaining('Your prompt was not sent: an order with another prompt is already under way'),
    });
    expect(sent(project)).toEqual([OTHER]);
  });

  it('is not blamed for the refusal of a task that was under way', async () => {
    const project = await wanProject({ taskDurationMs: 1000 });
    project.sandbox.script({ fault: 'moderation', match: { prompt: 'night' } });
    await leaveAt('queued', OTHER);
    expect(await make({ prompt: MINE })).toMatchObject({
      code: 'rejected',
      error: expect.stringContaining('Your prompt was not sent'),
    });
    expect(project.accepted()).toBe(1);
  });

  it('is resumed with what was sent', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'never-finishes' });
    await leaveAt('generating', OTHER);
    await vi.waitFor(() => expect(project.sandbox.letFinish('night')).toBe(1));
    expect(await resumeVideos({ ignoreBackoff: true })).toMatchObject([{ success: true, metadata: { prompt: OTHER } }]);
    expect(sent(project)).toEqual([OTHER]);
  });
});

describe('a prompt that was refused', () => {
  it('is kept, and the next order may say it otherwise', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'moderation', match: { prompt: 'night' } });
    expect(await make({ prompt: OTHER })).toMatchObject({ success: false, code: 'rejected' });
    expect(record()).toMatchObject({ status: 'failed', errorCode: 'rejected', prompt: OTHER });
    expect(await make({ prompt: MINE })).toMatchObject({ success: true, metadata: { prompt: MINE } });
    expect(sent(project)).toEqual([OTHER, MINE]);
    expect(record()?.history).toMatchObject([{ errorCode: 'rejected', request: { prompt: OTHER } }]);
  });

  it('is kept also where the film before it stands', async () => {
    const project = await wanProject();
    await make();
    const built = record()?.prompt;
    project.sandbox.script({ fault: 'moderation', match: { prompt: 'night' } });
    expect(await make({ prompt: OTHER, force: true })).toMatchObject({ success: false, code: 'rejected' });
    expect(record()).toMatchObject({ status: 'ready', prompt: built });
    expect(record()?.history).toMatchObject([{ errorCode: 'rejected', request: { prompt: OTHER } }]);
  });
});

describe('an order whose answer was lost', () => {
  it('is looked for with the prompt that was sent, not the one that is asked for now', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'lost-submit-answer' });
    await leaveAt('retrying', OTHER);
    const [lost] = project.stored();
    expect([lost?.taskId, lost?.prompt]).toEqual([undefined, OTHER]);
    // As where a picture inside the request makes it too large to be kept.
    const { request: _request, ...intent } = lost?.intent ?? {};
    writeFileSync(join(project.root, 'src/lib/data/generated-videos.json'), JSON.stringify([{ ...lost, intent }]));
    expect(await make({ prompt: MINE })).toMatchObject({ success: true, metadata: { prompt: OTHER } });
    expect(sent(project)).toEqual([OTHER]);
  });
});
