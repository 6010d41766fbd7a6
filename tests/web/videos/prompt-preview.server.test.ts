import { describe, expect, it, vi } from 'vitest';
import { findEra, findSpot } from '#lib/data/spots.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { previewPrompt, readPromptQuery, refusedPrompt } from '#lib/web/videos/prompt-preview.server.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const AT = '2026-11-21T11:00:00.000Z';
const asked = { intent: intentAt(AT), model: 'wan2.7-t2v' };
const made = { ...asked, taskId: 'task-1', submittedAt: AT, videoUrl: 'https://o.test/v' };
const past = (errorCode: string) => ({
  history: [{ at: AT, outcome: 'failed' as const, errorCode, note: 'It said no.' }],
});

function placeWith(fields?: Partial<VideoMetadata>) {
  const spot = findSpot('eiffel-tower');
  const era = spot && findEra(spot, '1900');
  if (!spot || !era) throw new Error('the data has changed');
  videoShelf().record(...(fields ? [videoRecord(fields)] : []));
  return [spot, era] as const;
}
const preview = (fields?: Partial<VideoMetadata>, model?: string) => previewPrompt(...placeWith(fields), model);
const refused = (fields?: Partial<VideoMetadata>) => refusedPrompt(...placeWith(fields));

describe('the prompt that an order would send', () => {
  it('is made of the catalogue', async () => {
    expect((await preview()).prompt).toContain('Eiffel');
  });

  it('is that of the model that is to be ordered, and no longer than it reads', async () => {
    expect((await preview(undefined, 'wan2.2-t2v-plus')).prompt.length).toBeLessThanOrEqual(800);
    expect((await preview(undefined, 'wan3.0-video')).prompt).not.toBe((await preview()).prompt);
    await expect(preview(undefined, 'wan9')).rejects.toEqual(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('is nobody’s fault who asks where the settings name a model that there is not', async () => {
    vi.stubEnv('WANX_MODEL', 'wan9');
    const error = { code: 'config', message: expect.stringContaining('WANX_MODEL') };
    await expect(preview()).rejects.toEqual(expect.objectContaining(error));
  });

  it.each<[string, Partial<VideoMetadata> | undefined]>([
    ['was never ordered', undefined],
    ['was never sent', { status: 'failed', errorCode: 'budget', error: 'x' }],
    ['is made and not saved yet', { status: 'generating', ...made }],
    ['is ready', { status: 'ready', ...made }],
    ['failed earlier, and not for its prompt', { status: 'pending', ...past('provider-failed') }],
  ])('of a video that %s is for everybody', async (_name, fields) => {
    expect((await preview(fields)).isPublic).toBe(true);
  });

  it.each<[string, Partial<VideoMetadata>]>([
    ['was refused at once', { status: 'failed', errorCode: 'rejected', error: 'x' }],
    ['was refused by the task', { status: 'failed', errorCode: 'rejected', error: 'x', ...made }],
    ['was refused earlier', { status: 'pending', ...past('rejected') }],
    ['was refused, and made with another prompt since', { status: 'ready', ...made, ...past('rejected') }],
    ['waits for its answer', { status: 'generating', ...asked }],
    ['may yet be refused', { status: 'generating', ...asked, taskId: 'task-1', submittedAt: AT }],
  ])('of a video that %s is for who may order', async (_name, fields) => {
    expect((await preview(fields)).isPublic).toBe(false);
  });

  it('is for everybody when it made the film that stands there', async () => {
    const { prompt } = await preview();
    expect((await preview({ status: 'ready', ...made, prompt, ...past('rejected') })).isPublic).toBe(true);
    const previous = { status: 'ready' as const, prompt };
    expect((await preview({ status: 'generating', ...asked, previous })).isPublic).toBe(true);
    expect(
      (await preview({ status: 'generating', ...asked, previous: { ...previous, prompt: 'other' } })).isPublic,
    ).toBe(false);
  });
});

describe('the prompt that was refused', () => {
  const earlierFilm = { ...asked, intent: intentAt('2026-11-20T11:00:00.000Z') };
  const later = (fields: object) => ({ history: [{ at: AT, outcome: 'failed' as const, note: 'No.', ...fields }] });
  const request = { prompt: 'A tower, refused.', model: 'wan2.7-t2v' };

  it('is the one of the order that failed', async () => {
    expect(await refused({ status: 'failed', errorCode: 'rejected', error: 'x', prompt: 'Refused.' })).toBe('Refused.');
  });

  it('is still known where an earlier film stands', async () => {
    expect(await refused({ status: 'ready', ...earlierFilm, ...later({ errorCode: 'rejected', request }) })).toBe(
      'A tower, refused.',
    );
  });

  it.each<[string, Partial<VideoMetadata> | undefined]>([
    ['was never ordered', undefined],
    ['failed for another reason', { status: 'failed', errorCode: 'network', error: 'x' }],
    ['was made since', { status: 'ready', ...made, ...past('rejected') }],
    ['was ordered anew', { status: 'generating', ...made, ...past('rejected') }],
    ['was refused and kept no words', { status: 'ready', ...earlierFilm, ...later({ errorCode: 'rejected' }) }],
  ])('is none of a video that %s', async (_name, fields) => {
    expect(await refused(fields)).toBeUndefined();
  });
});

describe('the query of a preview', () => {
  it.each([
    ['', {}],
    ['model=wan2.7-t2v', { model: 'wan2.7-t2v' }],
    ['refused=1', { refused: '1' }],
  ])('may be "%s"', (query, expected) => expect(readPromptQuery(new URLSearchParams(query))).toEqual(expected));

  it.each(['refused=0', 'refused=1&model=wan2.7-t2v', 'modle=x', 'model=', 'model=a&model=b'])(
    'may not be "%s"',
    (query) =>
      expect(() => readPromptQuery(new URLSearchParams(query))).toThrow(
        expect.objectContaining({ problem: 'invalid-input' }),
      ),
  );
});
