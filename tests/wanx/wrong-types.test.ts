import { describe, expect, it } from 'vitest';
import {
  auditVideos,
  buildEnhancedPrompt,
  buildNegativePrompt,
  cancelVideo,
  downloadVideo,
  generateAndStoreVideo,
  listRescuable,
  markVideoFailed,
  rescueTask,
  resumeVideos,
  setVideoMetadata,
} from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../fixtures/records/wan-project.ts';
import { rejection } from '../fixtures/wire/dashscope.ts';
import { HOSTILE, NO_OPTIONS, throwing, untyped } from '../fixtures/wrong-types.ts';

const WRONG_OPTIONS: object[] = [
  { model: null },
  { model: 5 },
  { maxBytes: -5 },
  { maxBytes: '5' },
  { timeoutMs: -1 },
  { onProgress: 5 },
  { onDeadline: 'x' },
  { ifBusy: 'maybe' },
  { force: 'yes' },
  { apiKey: 5 },
  { image: {} },
  { image: null },
  { firstFrame: 5 },
  { references: 5 },
  { references: { images: 5 } },
  { references: { images: [null] } },
  { references: { images: [{ source: 5 }] } },
  { audioUrl: {} },
  { link: 5 },
  { seed: 'a' },
  { seed: null },
  { resolution: null },
  { ratio: {} },
  { durationSeconds: 'x' },
  { durationSeconds: null },
  { negativePrompt: 5 },
  { audio: 'x' },
  { watermark: null },
  { watermark: Object.create(null) },
  { promptExtend: [] },
  { shotType: Object.create(null) },
  { template: 5 },
  { quality: null },
];

describe('generateAndStoreVideo never rejects, and buys nothing for what it cannot read', () => {
  const generate = untyped(generateAndStoreVideo);
  it.each<[string, () => unknown[]]>([
    ['nothing', () => []],
    ['a spot of null', () => [null, AGE_OF_SAIL]],
    ['a spot whose id throws', () => [throwing('id', { name: 'x' }), AGE_OF_SAIL]],
    ['a spot that is a proxy', () => [HOSTILE, HOSTILE]],
    ['an id that is a symbol', () => [HARBOUR, { id: Symbol('x'), name: 'x' }]],
    ['an option that throws', () => [HARBOUR, AGE_OF_SAIL, throwing('model')]],
    ...NO_OPTIONS.map(([name, make]): [string, () => unknown[]] => [
      `options: ${name}`,
      () => [HARBOUR, AGE_OF_SAIL, make()],
    ]),
    ...WRONG_OPTIONS.map((options): [string, () => unknown[]] => [
      `options: ${Object.keys(options)} of ${JSON.stringify(Object.values(options))}`,
      () => [HARBOUR, AGE_OF_SAIL, options],
    ]),
  ])('%s', async (_name, make) => {
    const project = await wanProject();
    const result = await generate(...make());
    expect(result).toMatchObject({ success: false, code: 'invalid-input', retryable: false });
    // No text of zod or of the engine: those know neither the option nor what is possible.
    expect(JSON.stringify(result)).not.toMatch(/Invalid input|Cannot (read|convert)|is not a function/);
    expect(project.sandbox.requests()).toEqual([]);
    expect(project.stored()).toEqual([]);
  });
});

describe('the other public functions', () => {
  const path = '/nowhere/at/all/v.mp4';
  const name = { id: 'x', name: 'X' };
  const [prompt, download] = [untyped(buildEnhancedPrompt), untyped(downloadVideo)];
  const url = 'http://h.invalid/v.mp4';
  it.each<[string, () => unknown]>([
    ['resumeVideos(null)', () => untyped(resumeVideos)(null)],
    ['resumeVideos with a limit below 0', () => untyped(resumeVideos)({ maxBytes: -5 })],
    ['resumeVideos with a choice that is none', () => untyped(resumeVideos)({ only: 'x' })],
    ['rescueTask(5)', () => untyped(rescueTask)(5)],
    ['rescueTask with options of null', () => untyped(rescueTask)('task-1', null)],
    ['listRescuable since "x"', () => untyped(listRescuable)('x')],
    ['listRescuable with options of null', () => untyped(listRescuable)(new Date(), null)],
    ['auditVideos(null)', () => untyped(auditVideos)(null)],
    ['auditVideos with a repair of "no"', () => untyped(auditVideos)({ repair: 'no' })],
    ['cancelVideo with options of null', () => untyped(cancelVideo)('harbour', 'sail', null)],
    ['cancelVideo()', () => untyped(cancelVideo)()],
    ['setVideoMetadata(null)', () => untyped(setVideoMetadata)(null)],
    ['setVideoMetadata({})', () => untyped(setVideoMetadata)({})],
    ['setVideoMetadata of a proxy', () => untyped(setVideoMetadata)(HOSTILE)],
    ['markVideoFailed without ids', () => untyped(markVideoFailed)()],
    ['buildEnhancedPrompt({})', () => prompt({}, name)],
    ['buildEnhancedPrompt(null)', () => prompt(null, name)],
    ['buildEnhancedPrompt without an era', () => prompt(name)],
    ['buildEnhancedPrompt with a name of 5', () => prompt({ id: 'x', name: 5 }, name)],
    ['buildEnhancedPrompt with a description of 5', () => prompt({ ...name, description: 5 }, name)],
    ['buildEnhancedPrompt with options of null', () => prompt(name, name, null)],
    ['buildEnhancedPrompt with a model of 5', () => prompt(name, name, { model: 5 })],
    ['buildNegativePrompt({})', () => untyped(buildNegativePrompt)({}, name)],
    ['downloadVideo(5)', () => download(5, path)],
    ['downloadVideo to 5', () => download(url, 5)],
    ['downloadVideo with options of null', () => download(url, path, null)],
    ['downloadVideo with an expiry of "x"', () => download(url, path, { expiresAt: 'x' })],
    ['downloadVideo with an expiry of null', () => download(url, path, { expiresAt: null })],
    ['downloadVideo with an invalid expiry', () => download(url, path, { expiresAt: new Date(Number.NaN) })],
    ['downloadVideo with a refresh of 5', () => download(url, path, { refresh: 5 })],
  ])('%s is `invalid-input`', async (_name, call) => {
    await wanProject();
    const error = await rejection((async () => call())());
    expect(error).toMatchObject({ name: 'ReelError', code: 'invalid-input' });
    expect(String(error)).not.toMatch(/Invalid input|Cannot read/);
  });

  it('answer with a promise also where they refuse', async () => {
    const promise = download(url, path, null);
    expect(promise).toBeInstanceOf(Promise);
    await expect(promise).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
