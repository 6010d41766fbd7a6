import { describe, expect, it, vi } from 'vitest';
import { findEra, findSpot } from '#lib/data/spots.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { previewPrompt } from '#lib/web/prompt-preview.server.ts';
import { intentAt } from '../fixtures/job-records.ts';
import { videoRecord, videoShelf } from '../fixtures/video-shelf.ts';

const AT = '2026-11-21T11:00:00.000Z';
const asked = { intent: intentAt(AT), model: 'wan2.7-t2v' };
const made = { ...asked, taskId: 'task-1', submittedAt: AT, videoUrl: 'https://o.test/v' };
const past = (errorCode: string) => ({
  history: [{ at: AT, outcome: 'failed' as const, errorCode, note: 'It said no.' }],
});

function preview(fields?: Partial<VideoMetadata>) {
  const spot = findSpot('eiffel-tower');
  const era = spot && findEra(spot, '1900');
  if (!spot || !era) throw new Error('the data has changed');
  videoShelf().record(...(fields ? [videoRecord(fields)] : []));
  return previewPrompt(spot, era);
}

describe('the prompt that an order would send', () => {
  it('is made of the catalogue', () => {
    expect(preview().prompt).toContain('Eiffel');
  });

  it('is nobody’s fault who asks where the settings name a model that there is not', () => {
    vi.stubEnv('WANX_MODEL', 'wan9');
    const error = { code: 'config', message: expect.stringContaining('WANX_MODEL') };
    expect(() => preview()).toThrow(expect.objectContaining(error));
  });

  it.each<[string, Partial<VideoMetadata> | undefined]>([
    ['was never ordered', undefined],
    ['was never sent', { status: 'failed', errorCode: 'budget', error: 'x' }],
    ['is made and not saved yet', { status: 'generating', ...made }],
    ['is ready', { status: 'ready', ...made }],
    ['failed earlier, and not for its prompt', { status: 'pending', ...past('provider-failed') }],
  ])('of a video that %s is for everybody', (_name, fields) => {
    expect(preview(fields).isPublic).toBe(true);
  });

  it.each<[string, Partial<VideoMetadata>]>([
    ['was refused at once', { status: 'failed', errorCode: 'rejected', error: 'x' }],
    ['was refused by the task', { status: 'failed', errorCode: 'rejected', error: 'x', ...made }],
    ['was refused earlier', { status: 'pending', ...past('rejected') }],
    ['was refused, and made with another prompt since', { status: 'ready', ...made, ...past('rejected') }],
    ['waits for its answer', { status: 'generating', ...asked }],
    ['may yet be refused', { status: 'generating', ...asked, taskId: 'task-1', submittedAt: AT }],
  ])('of a video that %s is for who may order', (_name, fields) => {
    expect(preview(fields).isPublic).toBe(false);
  });

  it('is for everybody when it made the film that stands there', () => {
    const { prompt } = preview();
    expect(preview({ status: 'ready', ...made, prompt, ...past('rejected') }).isPublic).toBe(true);
    const previous = { status: 'ready' as const, prompt };
    expect(preview({ status: 'generating', ...asked, previous }).isPublic).toBe(true);
    expect(preview({ status: 'generating', ...asked, previous: { ...previous, prompt: 'other' } }).isPublic).toBe(
      false,
    );
  });
});
