import { describe, expect, it } from 'vitest';
import { videoOf } from '#lib/openai-videos/answers/video.ts';

describe('the video of an answer', () => {
  it('is read as OpenAI describes it', () => {
    const raw = {
      ...{ id: 'video_1', object: 'video', model: 'sora-2', status: 'completed', progress: 100 },
      ...{ created_at: 1760712996, completed_at: 1760713063, expires_at: 1760716663, prompt: 'A harbour.' },
      ...{ size: '1280x720', seconds: '8', remixed_from_video_id: 'video_0', error: null, quality: 'standard' },
    };
    expect(videoOf(raw)).toEqual({
      ...{ id: 'video_1', status: 'completed', progress: 1, model: 'sora-2', prompt: 'A harbour.' },
      createdAt: new Date(1760712996000),
      completedAt: new Date(1760713063000),
      expiresAt: new Date(1760716663000),
      ...{ size: '1280x720', seconds: 8, remixedFromVideoId: 'video_0', raw },
    });
  });

  it.each([
    ['an id alone, of a creation', { id: 'v' }, undefined, { id: 'v', status: 'queued' }],
    ['an id alone, asked for', { id: 'v' }, 'v', { id: 'v', status: 'in_progress' }],
    ['a status alone', { status: 'completed' }, 'v', { id: 'v', status: 'completed' }],
    [
      'another id than the one asked for',
      { id: 'w', status: 'queued' },
      'v',
      { id: 'v', answeredId: 'w', status: 'queued' },
    ],
    ['an id that is a number', { id: 7, status: 'queued' }, undefined, { id: '7', status: 'queued' }],
    [
      'wrong types',
      { id: 'v', status: 'queued', model: 5, prompt: [], size: {}, seconds: 'long', progress: 'half', created_at: {} },
      undefined,
      { id: 'v', status: 'queued' },
    ],
    [
      'a failure',
      { id: 'v', status: 'failed', error: { code: 'moderation_blocked', message: 'No.' } },
      undefined,
      { id: 'v', status: 'failed', error: { code: 'moderation_blocked', message: 'No.' } },
    ],
    [
      'a failure in one sentence',
      { id: 'v', status: 'failed', error: 'out of memory' },
      undefined,
      { id: 'v', status: 'failed', error: { message: 'out of memory' } },
    ],
    ['a failure without a reason', { id: 'v', status: 'failed' }, undefined, { id: 'v', status: 'failed', error: {} }],
    [
      'an empty error beside success',
      { id: 'v', status: 'completed', error: {} },
      undefined,
      { id: 'v', status: 'completed' },
    ],
    [
      'a fraction of progress',
      { id: 'v', status: 'running', progress: 0.25, seconds: 4.5 },
      undefined,
      { id: 'v', status: 'in_progress', progress: 0.25, seconds: 4.5 },
    ],
    [
      'progress with its sign',
      { id: 'v', status: 'running', progress: '45%', seconds: '8s' },
      undefined,
      { id: 'v', status: 'in_progress', progress: 0.45, seconds: 8 },
    ],
    [
      'progress beyond its end',
      { id: 'v', status: 'running', progress: 130 },
      undefined,
      { id: 'v', status: 'in_progress', progress: 1 },
    ],
  ])('may have %s', (_name, raw, askedId, expected) => {
    expect(videoOf(raw, askedId)).toEqual({ ...expected, raw });
  });

  it.each([
    ['nothing', {}],
    ['an error', { error: { message: 'no', code: 'invalid_api_key' }, status: 401 }],
    ['an error that names the video', { id: 'v', error: { message: 'no' } }],
    ['an error of a gateway that looks like a state', { status: 'error', message: 'Unauthorized' }],
    ['a refusal of a gateway that looks like a state', { status: 'fail', data: {} }],
    ['a failure of nothing that has an id', { status: 'failed', error: 'Upstream is gone.' }],
    ['a success of a gateway', { status: 'success', data: { id: 'v', status: 'queued' } }],
    ['a text', 'queued'],
    ['null', null],
    ['undefined', undefined],
    ['a list', []],
    ['nothing but unknown fields', { state: 'completed' }],
  ])('is missing from %s', (_name, body) => {
    expect(videoOf(body, 'v')).toBeUndefined();
  });

  it('keeps the id of a creation that has an error beside it', () => {
    expect(videoOf({ id: 'v', error: { message: 'odd' } })).toMatchObject({ id: 'v', status: 'queued' });
  });

  it('needs an id if none was asked for', () => {
    expect(videoOf({ status: 'queued' })).toBeUndefined();
    expect(videoOf({ id: '', status: 'queued' })).toBeUndefined();
  });
});
