import { describe, it } from 'vitest';
import {
  bodyOf,
  CLIP,
  type CreateCase,
  expectAccepted,
  expectRefused,
  IMAGE,
  prompt,
  type RefusedCase,
  vace,
  withoutParameters,
} from '../../../fixtures/sandbox/create-cases.ts';

const accepted: CreateCase[] = [
  { name: 'vace, one image without a word', body: vace('image_reference', { ref_images_url: [IMAGE] }) },
  {
    name: 'vace, four images',
    body: vace(
      'image_reference',
      { ref_images_url: [IMAGE, IMAGE, IMAGE, IMAGE] },
      { obj_or_bg: ['obj', 'bg', 'obj', 'obj'], size: '960*960' },
    ),
  },
  {
    name: 'vace repainting',
    body: vace('video_repainting', { video_url: CLIP }, { control_condition: 'depth', strength: 0.5 }),
  },
  {
    name: 'vace edit',
    body: vace(
      'video_edit',
      { video_url: CLIP, mask_image_url: IMAGE, mask_frame_id: 1, ref_images_url: [IMAGE] },
      { mask_type: 'tracking', expand_ratio: 0.05, expand_mode: 'hull', size: '1280*720' },
    ),
  },
  { name: 'vace extension', body: vace('video_extension', { first_clip_url: CLIP }, { control_condition: 'depth' }) },
  { name: 'vace outpainting', body: vace('video_outpainting', { video_url: CLIP }, { top_scale: 1.5, left_scale: 2 }) },
];

const refused: RefusedCase[] = [
  {
    name: 'vace repainting without parameters',
    body: { model: 'wan2.1-vace-plus', input: { prompt, function: 'video_repainting', video_url: CLIP } },
    code: 'BadRequest.EmptyParameters',
    message: 'Required parameter "parameters" missing from request.',
  },
  {
    name: 'vace without a job',
    body: bodyOf('wan2.1-vace-plus', { prompt }),
    message: 'Field required: input.function',
  },
  {
    name: 'vace edit without a mask',
    body: vace('video_edit', { video_url: CLIP }),
    message: 'Field required: input.mask_image_url',
  },
  {
    name: 'vace extension of nothing',
    body: vace('video_extension', { video_url: CLIP }),
    message: 'Field required: input.first_frame_url',
  },
  { name: 'a job that vace does not do', body: vace('video_dubbing', {}), message: /input\.function/ },
  {
    name: 'another word for a vace image',
    body: vace('image_reference', { ref_images_url: [IMAGE] }, { obj_or_bg: ['sky'] }),
    message: /obj, bg/,
  },
  {
    name: 'a vace control of another name',
    body: vace('video_repainting', { video_url: CLIP }, { control_condition: 'canny' }),
    message: /depth/,
  },
  {
    name: 'outpainting to a third',
    body: vace('video_outpainting', { video_url: CLIP }, { top_scale: 3 }),
    message: /1 to 2/,
  },
];

const NEEDS_PARAMETERS = ['vace repainting', 'vace, four images'];

describe('vace', () => {
  it.each(accepted)('accepts $name', expectAccepted);

  it.each(accepted.filter(({ name }) => !NEEDS_PARAMETERS.includes(name)))('accepts $name without parameters', (one) =>
    expectAccepted(withoutParameters(one)),
  );

  it.each(refused)('refuses $name', expectRefused);
});
