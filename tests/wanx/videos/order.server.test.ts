import { describe, expect, it, vi } from 'vitest';
import { checkOrder, checkOrderOptions, generateAndStoreVideo, orderNote, setVideoMetadata } from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';

const ids = { spotId: HARBOUR.id, eraId: AGE_OF_SAIL.id };
const check = (options?: Parameters<typeof checkOrder>[2]) => checkOrder(HARBOUR, AGE_OF_SAIL, options);
const note = (options: Parameters<typeof orderNote>[2], isRunning = false) =>
  orderNote(HARBOUR, AGE_OF_SAIL, options, isRunning);

describe('the check of an order', () => {
  it('passes what can be bought, and buys nothing', async () => {
    const project = await wanProject();
    await check({ resolution: '720P' });
    expect(project.accepted()).toBe(0);
  });

  it('refuses what the model does not make', async () => {
    await wanProject();
    await expect(check({ durationSeconds: 3600 })).rejects.toEqual(expect.objectContaining({ code: 'invalid-input' }));
    expect(() => checkOrderOptions(HARBOUR, AGE_OF_SAIL, { durationSeconds: 3600 })).toThrow(/durationSeconds/);
  });

  it('refuses a missing key, where the options alone would do', async () => {
    await wanProject();
    vi.stubEnv('DASHSCOPE_API_KEY', '');
    await expect(check()).rejects.toEqual(expect.objectContaining({ code: 'config' }));
    expect(() => checkOrderOptions(HARBOUR, AGE_OF_SAIL)).not.toThrow();
  });

  it('holds the budget only where something is to be bought', async () => {
    await wanProject();
    vi.stubEnv('WANX_BUDGET_USD', '0.01');
    await expect(check()).rejects.toEqual(expect.objectContaining({ code: 'budget' }));
    await setVideoMetadata({ ...ids, status: 'generating', taskId: 'task-1' });
    await check({ force: true });
    await setVideoMetadata({ ...ids, status: 'ready' });
    await check();
    await expect(check({ force: true })).rejects.toEqual(expect.objectContaining({ code: 'budget' }));
  });
});

describe('the note to an order', () => {
  it('says that a finished film has another prompt, unless it is bought anew', async () => {
    await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { prompt: 'A harbour in the rain.' });
    expect(await note({ prompt: 'A harbour in the sun.' })).toContain('Your prompt was not sent');
    expect(await note({ prompt: 'A harbour in the rain.' })).toBeUndefined();
    expect(await note({ prompt: 'A harbour in the sun.', force: true })).toBeUndefined();
    // While a new one is made, force changes nothing about that.
    expect(await note({ prompt: 'A harbour in the sun.', force: true }, true)).toContain('Your prompt was not sent');
  });

  it('says nothing where nothing was ordered before', async () => {
    await wanProject();
    expect(await note({ prompt: 'A harbour in the sun.' })).toBeUndefined();
  });
});
