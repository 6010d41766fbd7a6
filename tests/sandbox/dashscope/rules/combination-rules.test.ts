import { describe, expect, it } from 'vitest';
import { checkCombination, type Parts } from '#lib/sandbox/dashscope/rules/combination-rules.ts';
import { CLIP, expectRefused, IMAGE, media, type RefusedCase, vace } from '../../../fixtures/sandbox/create-cases.ts';

const refused: RefusedCase[] = [
  {
    name: 'two vace images and one word',
    body: vace('image_reference', { ref_images_url: [IMAGE, IMAGE] }, { obj_or_bg: ['obj'] }),
    message: 'ref_images_url and obj_or_bg must be the same length.',
  },
  {
    name: 'two vace images and no word',
    body: vace('image_reference', { ref_images_url: [IMAGE, IMAGE] }),
    message: 'ref_images_url and obj_or_bg must be the same length.',
  },
  {
    name: '11 s with a reference video',
    body: media('wan2.7-r2v', ['reference_video'], { duration: 11 }),
    message: /at most 10/,
  },
  {
    name: '30 s of 3.0 with one',
    body: media('wan3.0-video', ['reference_video'], { duration: 30 }),
    message: /at most 29/,
  },
  { name: 'a file and a link', body: media('wan3.0-video', ['file', 'link'], {}), message: /file and link/ },
  {
    name: 'a file that nobody reads',
    body: media('wan3.0-video', ['file'], { prompt_extend: false }),
    message: /prompt_extend/,
  },
  {
    name: 'two backgrounds',
    body: vace('image_reference', { ref_images_url: [IMAGE, IMAGE] }, { obj_or_bg: ['bg', 'bg'] }),
    message: /at most one bg/,
  },
];

describe('values that are fine alone', () => {
  it.each(refused)('refuses $name', expectRefused);
});

describe('what goes together', () => {
  const FIVE = { required: [], inputs: {}, parameters: {}, longestWithVideo: 10 };
  const clip = { type: 'reference_video', url: CLIP };

  it.each<[string, Partial<Parts>]>([
    ['the longest duration with a reference video', { list: [clip], parameters: { duration: 10 } }],
    ['a longer one without', { list: [], parameters: { duration: 15 } }],
    ['a document whose reader is on by default', { list: [{ type: 'file', url: CLIP }] }],
    ['one background among several images', vaceParts(['bg', 'obj'], 2)],
    ['one image without a word', vaceParts(undefined, 1)],
  ])('%s is accepted', (_name, parts) => {
    expect(checkCombination({ rules: FIVE, input: {}, parameters: {}, list: [], ...parts })).toBeUndefined();
  });
});

function vaceParts(kinds: string[] | undefined, images: number): Partial<Parts> {
  const rules = { required: [], inputs: {}, parameters: { obj_or_bg: { listOf: ['obj', 'bg'] } } };
  return {
    rules,
    input: { ref_images_url: Array(images).fill(IMAGE) },
    parameters: kinds === undefined ? {} : { obj_or_bg: kinds },
  };
}
