import { describe, expect, it } from 'vitest';
import { estimateCost, findModel, type Mode } from '#lib/wanx/models.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { orderOf } from '#lib/wanx/request/order.ts';
import { toStoredRequest } from '#lib/wanx/request/stored.ts';
import { rejection, testClient } from '../../fixtures/wire/dashscope.ts';
import { IMAGE_TO_VIDEO, VIDEO_GENERATION, wireOf } from '../../fixtures/wire/wire.ts';

const IMAGE = 'https://example.com/a.png';
const CLIP = 'https://example.com/a.mp4';
const SOUND = 'https://example.com/a.mp3';
const inputs: Record<Mode, WanxRequest> = {
  text: { prompt: 'p' },
  image: { prompt: 'p', image: IMAGE },
  'first-and-last-frame': { prompt: 'p', image: IMAGE, lastFrame: IMAGE },
  reference: { prompt: 'p', references: { images: [IMAGE] } },
  edit: { prompt: 'p', video: CLIP },
  continuation: { prompt: 'p', firstClip: CLIP },
  document: { prompt: 'p', document: 'https://example.com/a.pdf' },
  motion: { image: IMAGE, video: CLIP },
};

/** An id that the table does not know, the model that it is asked like, and what goes in. */
const guesses: Array<[string, string, Mode]> = [
  ['wan2.7-t2v-2026-08-01', 'wan2.7-t2v', 'text'],
  ['wan2.7-i2v-20260801', 'wan2.7-i2v', 'first-and-last-frame'],
  ['wan2.7-videoedit-latest', 'wan2.7-videoedit', 'edit'],
  ['wan3.0-video-2027-01-01', 'wan3.0-video', 'text'],
  ['happyhorse-1.0-r2v-2026-09-01', 'happyhorse-1.0-r2v', 'reference'],
  ['happyhorse-1.1-t2v', 'happyhorse-1.0-t2v', 'text'],
  ['happyhorse-1.1-i2v', 'happyhorse-1.0-i2v', 'image'],
  ['happyhorse-2.0-video-edit', 'happyhorse-1.0-video-edit', 'edit'],
  ['alibaba/wan2.7-t2v', 'wan2.7-t2v', 'text'],
  ['Wan2.7-R2V-turbo', 'wan2.7-r2v', 'reference'],
  ['wan2.8-t2v', 'wan2.7-t2v', 'text'],
  ['wan3.5-t2v-plus', 'wan3.0-video', 'text'],
  ['wan2.6-i2v-max', 'wan2.6-i2v', 'image'],
  ['wan2.6-r2v-eu', 'wan2.6-r2v', 'reference'],
  ['wan2.5-t2v', 'wan2.5-t2v-preview', 'text'],
  ['wan2.2-i2v-turbo', 'wan2.2-i2v-plus', 'image'],
  ['wanx2.1-t2v-max', 'wan2.2-t2v-plus', 'text'],
  ['wan2.2-kf2v-plus', 'wan2.2-kf2v-flash', 'first-and-last-frame'],
  ['wan2.5-s2v', 'wan2.2-s2v', 'image'],
  ['wan2.5-animate-mix', 'wan2.2-animate-mix', 'motion'],
  ['wan2.5-animate-move', 'wan2.2-animate-move', 'motion'],
  // A name that tells nothing: by what goes in.
  ['our-gateway', 'wan2.7-t2v', 'text'],
  ['our-gateway', 'wan2.7-i2v', 'continuation'],
  ['our-gateway', 'wan2.7-videoedit', 'edit'],
];

describe('a model that the table does not know', () => {
  it.each(guesses)('%s is asked like %s for %s', (id, base, mode) => {
    const request = { ...inputs[mode], ...(base === 'wan2.2-s2v' && { prompt: undefined, audioUrl: SOUND }) };
    const { path, body } = wireOf({ ...request, model: id, allowUnknownModel: true, resolution: undefined });
    // Where the nearest one has no 720P, its own smallest would be no knowledge of the other.
    const known = wireOf({ ...request, model: base });
    expect([path, body.model, body.input]).toEqual([known.path, id, known.body.input]);
    expect(Object.keys(body.parameters)).toEqual(Object.keys(known.body.parameters));
    expect(estimateCost({ model: id, allowUnknownModel: true })).toMatchObject({ usd: null, unitUsd: null });
  });

  it('goes the way of its kind', () => {
    const sent = (model: string, mode: Mode) => wireOf({ ...inputs[mode], model, allowUnknownModel: true }).path;
    expect(sent('wan2.5-kf2v', 'image')).toBe(IMAGE_TO_VIDEO);
    expect(sent('wan2.8-i2v', 'image')).toBe(VIDEO_GENERATION);
  });

  it.each<WanxRequest>([
    { model: 'wan2.8-t2v', prompt: 'x'.repeat(6000), negativePrompt: 'x'.repeat(600), durationSeconds: 60 },
    { model: 'wan2.8-t2v', prompt: 'p', resolution: '480P', ratio: '21:9' },
    { model: 'happyhorse-1.1-t2v', prompt: '海'.repeat(2501), durationSeconds: 2 },
    { model: 'wan2.8-r2v', prompt: 'p', references: { images: Array(9).fill(IMAGE), videos: Array(9).fill(CLIP) } },
  ])('has no limits that nobody knows: %j', (request) => {
    expect(wireOf({ ...request, allowUnknownModel: true }).body.model).toBe(request.model);
  });

  it('has those of its origin as a snapshot', () => {
    const snapshot = { model: 'wan2.7-t2v-2026-08-01', allowUnknownModel: true, prompt: 'p' };
    expect(() => wireOf({ ...snapshot, durationSeconds: 16 })).toThrow('whole seconds from 2 to 15');
    expect(() => wireOf({ ...snapshot, prompt: 'x'.repeat(5001) })).toThrow('reads only 5000');
  });

  it.each<[string, WanxRequest, string]>([
    ['no such option there', { model: 'happyhorse-1.1-t2v', prompt: 'p', negativePrompt: 'n' }, 'negativePrompt'],
    ['another mode', { model: 'wan2.8-t2v', image: IMAGE }, 'does not do image generation'],
    ['half a second', { model: 'wan2.8-t2v', prompt: 'p', durationSeconds: 0.5 }, 'Allowed: whole seconds.'],
    ['a name that cannot be sent', { model: 'wan2.8 t2v', prompt: 'p' }, 'Unknown model'],
    ['no name', { model: '', prompt: 'p' }, 'Unknown model'],
    ['a name without an end', { model: 'w'.repeat(200), prompt: 'p' }, 'Unknown model'],
  ])('is still refused for %s', (_what, request, named) => {
    expect(() => wireOf({ ...request, allowUnknownModel: true })).toThrow(named);
  });

  it('is refused without the option, which the message names beside the nearest models', () => {
    for (const allowUnknownModel of [undefined, false]) {
      const ask = () => wireOf({ prompt: 'p', model: 'wan2.7-t2v-2026-08-01', allowUnknownModel });
      expect(ask).toThrow(expect.objectContaining({ code: 'invalid-input', stage: 'submitting', billable: 'no' }));
      expect(ask).toThrow(/wan2\.7-t2v-2026-0.*allowUnknownModel \(--allow-unknown-model\)/);
    }
  });

  it('is no way around the table for one that is known', () => {
    expect(findModel('wan2.7-t2v', { allowUnknownModel: true })).toBe(findModel('wan2.7-t2v'));
    const known = { model: 'wan2.7-t2v', prompt: 'p', durationSeconds: 16, allowUnknownModel: true };
    expect(() => wireOf(known)).toThrow('from 2 to 15');
  });

  it('is allowed by the client for all of its requests, and not by one request for the next', async () => {
    const request = { prompt: 'p', model: 'wan2.8-t2v' };
    const client = testClient({ allowUnknownModel: true });
    expect(client.complete(request).model.id).toBe('wan2.8-t2v');
    expect(() => client.complete({ ...request, allowUnknownModel: false })).toThrow('Unknown model');
    expect(testClient().complete({ ...request, allowUnknownModel: true }).model.id).toBe('wan2.8-t2v');
    expect(await rejection(testClient().submit(request))).toMatchObject({ code: 'invalid-input' });
  });

  it('may be the one that requests without a model get', () => {
    const client = testClient({ model: 'wan2.8-t2v', allowUnknownModel: true });
    expect(client.complete({ prompt: 'p' }).model.id).toBe('wan2.8-t2v');
    expect(client.complete({ image: IMAGE }).model.id).toBe('wan2.7-i2v');
  });

  it('is served anywhere, for all that is known', () => {
    const client = testClient({ baseUrl: 'https://dashscope-us.aliyuncs.com', allowUnknownModel: true });
    expect(client.complete({ prompt: 'p', model: 'wan2.8-t2v' }).model.regions).toContain('us');
  });

  it('orders the same after a restart', () => {
    const request = { prompt: 'p', model: 'wan2.8-t2v', allowUnknownModel: true, durationSeconds: 20 };
    const read = JSON.parse(JSON.stringify(toStoredRequest(request)));
    expect(orderOf(read, 'wan2.7-t2v')).toEqual(orderOf(request, 'wan2.7-t2v'));
    expect(orderOf(read, 'wan2.7-t2v').cost).toMatchObject({ model: 'wan2.8-t2v', durationSeconds: 20 });
  });
});
