import { describe, expect, it } from 'vitest';
import { generateAndStoreVideo } from '#lib/wanx/index.ts';
import type { Mode, Ratio, Resolution } from '#lib/wanx/models.ts';
import { findModel } from '#lib/wanx/models.ts';
import { orderOf } from '#lib/wanx/request/order.ts';
import { pictureSizeOf } from '#lib/wanx/request/picture-size.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';

describe('pictureSizeOf', () => {
  it.each<[string, Mode, Resolution, Ratio, string | undefined]>([
    ['wan2.7-t2v', 'text', '720P', '16:9', '1280x720'],
    ['wan2.7-t2v', 'text', '720P', '4:3', '1104x832'],
    ['wan2.7-t2v', 'text', '720P', '3:4', '832x1104'],
    ['wan2.7-t2v', 'text', '1080P', '9:16', '1080x1920'],
    ['wan2.7-t2v', 'text', '1080P', '1:1', '1440x1440'],
    ['wan2.7-t2v', 'text', '1080P', '4:3', '1648x1248'],
    ['wan2.7-t2v', 'text', '1080P', '3:4', '1248x1648'],
    ['wan2.6-t2v', 'text', '1080P', '4:3', '1632x1248'],
    ['wan2.5-t2v-preview', 'text', '480P', '1:1', '624x624'],
    // No page names the pixels of these.
    ['wan3.0-video', 'text', '1080P', '16:9', undefined],
    ['wan2.7-r2v', 'reference', '720P', '16:9', undefined],
  ])('%s, %s, %s %s: %s', (id, mode, resolution, ratio, expected) => {
    const size = pictureSizeOf(findModel(id), mode, resolution, ratio);
    expect(size && `${size.width}x${size.height}`).toBe(expected);
  });

  it('names none where the picture follows the input', () => {
    expect(pictureSizeOf(findModel('wan2.7-i2v'), 'image', '720P', null)).toBeUndefined();
  });
});

it('is what an order of the default model expects of its file', () => {
  const { expected } = orderOf({ prompt: 'p', resolution: '1080P', ratio: '4:3' }, 'wan2.7-t2v');
  expect(expected).toEqual({ durationSeconds: 5, width: 1648, height: 1248, hasAudio: true });
});

it('finds no difference in a video of the size that was ordered', async () => {
  await wanProject();
  const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { ratio: '3:4', durationSeconds: 2 });
  expect(result).toMatchObject({
    metadata: { receipt: { delivered: { width: 832, height: 1104 }, differences: [] } },
  });
});
