import { describe, expect, it } from 'vitest';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { orderOf } from '#lib/wanx/request/order.ts';

const IMAGE = 'https://example.com/a.png?x=%2F';
const CLIP = 'https://example.com/a.mp4';

describe('orderOf', () => {
  it.each<[WanxRequest, object, object]>([
    [
      { prompt: 'p' },
      { resolution: '720P', durationSeconds: 5, audio: true },
      { durationSeconds: 5, width: 1280, height: 720, hasAudio: true },
    ],
    [
      { model: 'wan2.1-vace-plus', prompt: 'p', references: { images: [IMAGE] } },
      { ratio: '16:9', audio: false },
      { durationSeconds: 5, width: 1280, height: 720, hasAudio: false },
    ],
    // Nothing is known of what follows the input.
    [
      { image: IMAGE, video: CLIP },
      { mode: 'motion', resolution: null, durationSeconds: null, audio: undefined, quality: 'standard' },
      {},
    ],
  ])('%j', (request, asked, expected) => {
    const order = orderOf(request, 'wan2.7-t2v');
    expect(order.asked).toMatchObject(asked);
    expect(order.expected).toEqual(expected);
  });
});
