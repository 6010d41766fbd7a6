import { describe, expect, it } from 'vitest';
import type { Order } from '#lib/sandbox/dashscope/rules/order.ts';
import { isRefusal, readOrder } from '#lib/sandbox/dashscope/rules/request-rules.ts';

const IMAGE = 'https://example.org/a.png';

function orderOf(model: string, input: object, parameters: object = {}, path = 'video-generation'): Order {
  const context = { resolvesOss: false, isUploaded: () => false, isOwnResult: () => false, strict: false };
  const order = readOrder(path, { model, input, parameters }, context);
  if (isRefusal(order)) throw new Error(order.message);
  return order;
}
const framed = { media: [{ type: 'first_frame', url: IMAGE }] };
const clip = { media: [{ type: 'video', url: IMAGE }] };

describe('what is made where nothing was said', () => {
  it.each<[string, object, Partial<Order>]>([
    ['wan2.7-t2v', { prompt: 'p' }, { tier: '1080P', ratio: '16:9', durationSeconds: 5, audio: true }],
    ['wan2.6-t2v', { prompt: 'p' }, { tier: '1080P', durationSeconds: 5, audio: true }],
    ['wan2.2-t2v-plus', { prompt: 'p' }, { tier: '1080P', audio: false }],
    ['wanx2.1-t2v-turbo', { prompt: 'p' }, { tier: '720P', audio: false }],
    ['wan2.2-i2v-plus', { img_url: IMAGE }, { tier: '1080P' }],
    ['wan2.2-i2v-flash', { img_url: IMAGE }, { tier: '720P', durationSeconds: 5 }],
    ['happyhorse-1.0-t2v', { prompt: 'p' }, { tier: '1080P', ratio: '16:9', durationSeconds: 5, audio: true }],
    ['happyhorse-1.0-i2v', framed, { tier: '1080P', durationSeconds: 5, audio: true }],
    ['wan2.7-videoedit', clip, { tier: '1080P', durationSeconds: 5 }],
  ])('by %s of %j', (model, input, expected) => {
    expect(orderOf(model, input)).toMatchObject(expected);
  });
});

describe('what is made of a request', () => {
  it.each<[string, object, object, Partial<Order>]>([
    ['happyhorse-1.0-t2v', { prompt: 'p' }, { ratio: '4:5', resolution: '720P' }, { width: 832, height: 1040 }],
    ['happyhorse-1.0-t2v', { prompt: 'p' }, { ratio: '9:21' }, { width: 1080, height: 2520 }],
    ['wan2.7-videoedit', clip, { duration: 0 }, { durationSeconds: 5 }],
    ['wan2.7-t2v', { prompt: 'p' }, { duration: 7 }, { durationSeconds: 7 }],
    // By the length of the prompt, so that the same one gives the same film.
    ['wan3.0-video', { prompt: 'pqr' }, { duration: -1 }, { durationSeconds: 7 }],
    // A switch that 2.7 does not have, and one that 2.6 flash has.
    ['wan2.7-t2v', { prompt: 'p' }, { audio: false }, { audio: true }],
    ['wan2.6-i2v-flash', { img_url: IMAGE }, { audio: false }, { audio: false }],
    ['wan2.7-i2v', framed, { ratio: '9:16' }, { ratio: '16:9' }],
    [
      'wan2.6-t2v',
      { prompt: 'p' },
      { size: '720*1280', resolution: '1080P' },
      { width: 720, height: 1280, tier: '720P' },
    ],
    ['wan2.7-t2v', { prompt: 'p' }, { size: '720*1280', ratio: '1:1' }, { ratio: '1:1' }],
  ])('by %s of %j with %j', (model, input, parameters, expected) => {
    const order = orderOf(model, input, parameters);
    expect(order).toMatchObject(expected);
    expect(order.failure).toBeUndefined();
  });

  it.each([
    ['happyhorse-1.0-t2v', 'a'.repeat(5001), 5000],
    ['happyhorse-1.0-t2v', '海'.repeat(2501), 2500],
    ['happyhorse-1.0-t2v', `${'a'.repeat(4999)}海b`, 4999],
    ['wan2.7-t2v', '海'.repeat(5001), 5000],
    ['wan2.6-t2v', '海'.repeat(1501), 1500],
    ['wanx2.1-t2v-plus', 'a'.repeat(801), 800],
  ])('cuts the prompt of %s', (model, prompt, kept) => {
    expect(orderOf(model, { prompt }).prompt).toBe(prompt.slice(0, kept));
  });
});
