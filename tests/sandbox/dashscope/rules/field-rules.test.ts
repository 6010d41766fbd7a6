import { describe, expect, it } from 'vitest';
import type { FieldRule } from '#lib/sandbox/dashscope/families/model-family.ts';
import { addressesIn, checkFields, checkRequired, known, rulesFor } from '#lib/sandbox/dashscope/rules/field-rules.ts';
import { IMAGE, text } from '../../../fixtures/sandbox/create-cases.ts';
import { outcome } from '../../../fixtures/sandbox/task-outcome.ts';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

describe('a field', () => {
  const cases: Array<[FieldRule, good: unknown[], bad: unknown[], reason: string]> = [
    ['string', ['', 'x'], [5, null, ['x']], 'a string'],
    ['image', ['x'], [5], 'a string'],
    ['boolean', [true, false], ['true', 1], 'a boolean'],
    [{ oneOf: [5, 10] }, [5, 10], [6, '5'], 'one of 5, 10'],
    [{ listOf: ['obj', 'bg'] }, [[], ['bg', 'obj']], ['obj', ['sky']], 'a list of obj, bg'],
    [{ integer: [2, 15] }, [2, 15], [1, 16, 2.5, '5'], 'an integer from 2 to 15'],
    [{ integer: [2, 15], or: -1 }, [-1, 2], [0, -2], 'an integer from 2 to 15'],
    [{ number: [0, 1] }, [0, 0.5, 1], [1.01, '0'], 'a number from 0 to 1'],
    [{ picture: ['720P'] }, ['720P', '4K'], [720], 'a string'],
    [{ files: [1, 2] }, [['a'], ['a', 'b']], [[], ['a', 'b', 'c'], [5], 'a'], 'a list of 1 to 2 addresses'],
    ['media-list', [[], 'looked at elsewhere'], [], ''],
  ];

  it.each(cases)('by the rule %j', (rule, good, bad, reason) => {
    for (const value of good) expect(checkFields('input', { a: value }, { a: rule })).toBeUndefined();
    for (const value of bad) {
      const refusal = checkFields('input', { a: value }, { a: rule });
      expect(refusal?.message, JSON.stringify(value)).toMatch(`(input.a)`);
      expect(refusal?.message).toContain(`(${reason})`);
    }
  });

  it('of no rule, or of null, is ignored', () => {
    expect(known({ a: 1, b: null, toString: 1 }, { a: 'string', b: 'string' })).toEqual({ a: 1 });
  });

  it('that names media is found by its rule', () => {
    const rules: Record<string, FieldRule> = {
      img_url: 'image',
      audio_url: 'file',
      list: { files: [1, 2] },
      prompt: 'string',
    };
    expect(addressesIn({ img_url: 'a', audio_url: 'b', list: ['c', 'd'], prompt: 'e' }, rules)).toEqual([
      { field: 'input.img_url', url: 'a', isImage: true },
      { field: 'input.audio_url', url: 'b', isImage: false },
      { field: 'input.list', url: 'c', isImage: false },
      { field: 'input.list', url: 'd', isImage: false },
    ]);
  });
});

describe('what is required', () => {
  const rules = {
    required: ['prompt'],
    requiredOneOf: [['a', 'b']],
    requiredParameters: ['mode'],
    inputs: {},
    parameters: {},
  };

  it.each<[object, object | undefined, string | undefined]>([
    [{ prompt: 'p', b: ['x'] }, { mode: 'm' }, undefined],
    [{ prompt: '', b: 'x' }, { mode: 'm' }, 'Field required: input.prompt'],
    [{ prompt: null, b: 'x' }, { mode: 'm' }, 'Field required: input.prompt'],
    [{ prompt: 'p', b: [] }, { mode: 'm' }, 'Field required: input.a'],
    [{ prompt: 'p', a: 'x' }, { mode: '' }, 'Field required: parameters.mode'],
    [{ prompt: 'p', a: 'x' }, undefined, 'Required parameter "parameters" missing from request.'],
  ])('of %j with %j', (input, parameters, message) => {
    expect(checkRequired(rules, { ...input }, parameters && { ...parameters })?.message).toBe(message);
  });

  it('depends on the job where a model has several', () => {
    const job = { required: ['video_url'], inputs: {}, parameters: {} };
    const family = {
      ...rules,
      models: [],
      path: 'video-generation',
      promptLimit: 1,
      silent: true,
      defaultTier: '720P',
      submitsPerSecond: 1,
      runningAtOnce: 1,
    } as const;
    expect(rulesFor(family, { function: 'edit' })).toBe(family);
    expect(rulesFor({ ...family, functions: { edit: job } }, { function: 'edit' })).toBe(job);
    expect(rulesFor({ ...family, functions: { edit: job } }, { function: 'toString' })).toBeUndefined();
  });
});

describe('a size or resolution that the model does not have', () => {
  it.each<[string, object, string]>([
    ['480P of 2.7', text('wan2.7-t2v', { resolution: '480P' }), 'The size is not match'],
    ['lower case', text('wan2.7-t2v', { resolution: '720p' }), 'The size is not match'],
    ['a size of 2.5 for 2.6', text('wan2.6-t2v', { size: '832*480' }), 'The size is not match'],
    ['an x for the *', text('wan2.6-t2v', { size: '1280x720' }), 'The size is not match'],
    ['a tier as size', text('wan2.6-t2v', { size: '720P' }), 'The size is not match'],
    [
      '1080P of 2.1',
      { model: 'wanx2.1-i2v-plus', input: { img_url: IMAGE }, parameters: { resolution: '1080P' } },
      'The size',
    ],
    [
      'a small size of vace',
      {
        model: 'wan2.1-vace-plus',
        input: { prompt: 'p', function: 'image_reference', ref_images_url: [IMAGE] },
        parameters: { size: '832*480' },
      },
      'The size is not match',
    ],
    ['480P of HappyHorse', text('happyhorse-1.0-t2v', { resolution: '480P' }), 'The parameter is invalid.'],
    [
      '480P of HappyHorse with references',
      {
        model: 'happyhorse-1.0-r2v',
        input: { prompt: 'p', media: [{ type: 'reference_image', url: IMAGE }] },
        parameters: { resolution: '480P' },
      },
      'The resolution is not valid',
    ],
  ])('%s fails in the task', async (_what, body, message) => {
    const client = await openSandbox();
    expect(await outcome(client, body)).toMatchObject({
      task_status: 'FAILED',
      code: 'InvalidParameter',
      message: expect.stringContaining(message),
    });
  });
});
