import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type GenerateOptions, generateAndStoreVideo } from '#lib/wanx/index.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';

const IMAGE = 'https://example.org/a.png';
const CLIP = 'https://example.org/a.mp4';
const SOUND = 'https://example.org/a.mp3';

describe('a video of every kind of input', () => {
  it.each<[string, GenerateOptions, string, object]>([
    ['an effect', { model: 'wanx2.1-i2v-plus', image: IMAGE, template: 'flying' }, 'wanx2.1-i2v-plus', { prompt: '' }],
    [
      'a person who speaks',
      { model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND },
      'wan2.2-s2v',
      { prompt: '', receipt: { asked: { resolution: '720P', durationSeconds: null } } },
    ],
    [
      'a person who moves',
      { image: IMAGE, video: CLIP, quality: 'professional' },
      'wan2.2-animate-move',
      { prompt: '', receipt: { asked: { mode: 'motion', quality: 'professional' }, estimate: { usd: 5.4 } } },
    ],
    [
      'a document',
      { document: 'https://example.org/a.pdf' },
      'wan3.0-video',
      { prompt: expect.stringContaining('Old Harbour'), receipt: { asked: { mode: 'document' } } },
    ],
    [
      'people with voices',
      { references: { images: [{ source: IMAGE, voice: SOUND }] } },
      'wan2.7-r2v',
      { prompt: expect.stringContaining('Old Harbour') },
    ],
    [
      'a video, edited',
      { video: CLIP, audioSetting: 'origin' },
      'wan2.7-videoedit',
      { receipt: { asked: { mode: 'edit', durationSeconds: null } } },
    ],
  ])('is captured: %s', async (_what, options, model, record) => {
    const project = await wanProject();
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options);
    expect(result).toMatchObject({ success: true });
    expect(project.sandbox.submissions()).toMatchObject([{ model, accepted: true }]);
    expect(project.stored()).toMatchObject([{ status: 'ready', model, ...record }]);
  });
});

describe('a receipt', () => {
  it.each<[string, GenerateOptions, object]>([
    [
      'a clip to refer to',
      { references: { videos: [CLIP] }, durationSeconds: 10 },
      { units: 15, outputUnits: 10, usd: 1.5 },
    ],
    ['a clip to edit', { video: CLIP }, { units: 10, outputUnits: 5, usd: 1 }],
    ['no clip', { durationSeconds: 4 }, { units: 4, outputUnits: 4, usd: 0.4 }],
  ])('with %s compares the file with what was charged for the file', async (_what, options, charged) => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options);
    expect(project.stored()).toMatchObject([{ receipt: { charged, differences: [] } }]);
  });
});

describe('the price of a video that is put in', () => {
  it('goes by its own seconds where it is a local file', async () => {
    const project = await wanProject();
    const video = join(project.root, 'clip.mp4');
    writeFileSync(video, await makeMp4({ sizeBytes: 4000, durationSeconds: 4, width: 320, height: 240 }));
    vi.stubEnv('WANX_BUDGET_USD', '0.85');
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { video });
    expect(result).toMatchObject({ success: true, metadata: { receipt: { estimate: { usd: 0.8, units: 8 } } } });
  });

  it('goes by the longest that it may have where it is an address', async () => {
    const project = await wanProject();
    vi.stubEnv('WANX_BUDGET_USD', '1.99');
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { video: CLIP })).toMatchObject({ code: 'budget' });
    expect(project.accepted()).toBe(0);
  });
});

describe('a model that the table does not know', () => {
  const options = { model: 'wan2.8-t2v', allowUnknownModel: true };

  it('is submitted by its own name, at an unknown price', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options);
    expect(project.sandbox.submissions()).toMatchObject([{ model: 'wan2.8-t2v' }]);
    const [record] = project.stored();
    expect(record?.history).toMatchObject([{ model: 'wan2.8-t2v', estimate: { usd: null, unitUsd: null } }]);
  });

  it('is not bought where a budget has to be kept', async () => {
    const project = await wanProject();
    vi.stubEnv('WANX_BUDGET_USD', '100');
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options)).toMatchObject({ code: 'budget' });
    expect(project.sandbox.submissions()).toEqual([]);
  });
});

describe('a model of another region', () => {
  it('is refused before anything is on disk', async () => {
    const project = await wanProject();
    vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', 'https://dashscope-intl.aliyuncs.com/api/v1');
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { model: 'wanx2.1-t2v-plus' });
    expect(result).toMatchObject({ success: false, code: 'invalid-input', error: expect.stringContaining('beijing') });
    expect(project.stored()).toEqual([]);
  });
});
