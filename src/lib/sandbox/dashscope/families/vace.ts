import { COMMON, type FieldRule, type ModelFamily, type RequestRules, seconds, sizes } from './model-family.ts';

const CONTROL = ['posebodyface', 'posebody', 'depth', 'scribble'] as const;
const SCALE: FieldRule = { number: [1, 2] };
const PARAMETERS = { ...COMMON, duration: seconds(5) } as const;
const SIZED = { ...PARAMETERS, size: sizes('720P') } as const;
const ONE_IMAGE: FieldRule = { files: [1, 1] };

type Part = Omit<RequestRules, 'required' | 'inputs'> & { required?: string[]; inputs: Record<string, FieldRule> };

function job({ required = [], inputs, ...rest }: Part): RequestRules {
  return {
    ...rest,
    required: ['function', 'prompt', ...required],
    inputs: { function: 'string', prompt: 'string', ...inputs },
  };
}

/** Every function of the page; each makes 5 s. */
const FUNCTIONS: Record<string, RequestRules> = {
  image_reference: job({
    required: ['ref_images_url'],
    // The first three are used, and the others dropped without a word.
    inputs: { ref_images_url: { files: [1, Number.POSITIVE_INFINITY] } },
    parameters: { ...SIZED, obj_or_bg: { listOf: ['obj', 'bg'] } },
  }),
  video_repainting: job({
    required: ['video_url'],
    requiredParameters: ['control_condition'],
    inputs: { video_url: 'file', ref_images_url: ONE_IMAGE },
    parameters: { ...PARAMETERS, control_condition: { oneOf: CONTROL }, strength: { number: [0, 1] } },
  }),
  video_edit: job({
    required: ['video_url'],
    requiredOneOf: [['mask_image_url', 'mask_video_url']],
    inputs: {
      video_url: 'file',
      mask_image_url: 'file',
      mask_video_url: 'file',
      mask_frame_id: { integer: [1, Number.MAX_SAFE_INTEGER] },
      ref_images_url: ONE_IMAGE,
    },
    parameters: {
      ...SIZED,
      control_condition: { oneOf: ['', ...CONTROL] },
      mask_type: { oneOf: ['tracking', 'fixed'] },
      expand_ratio: { number: [0, 1] },
      expand_mode: { oneOf: ['hull', 'bbox', 'original'] },
    },
  }),
  video_extension: job({
    requiredOneOf: [['first_frame_url', 'last_frame_url', 'first_clip_url', 'last_clip_url']],
    inputs: {
      first_frame_url: 'file',
      last_frame_url: 'file',
      first_clip_url: 'file',
      last_clip_url: 'file',
      video_url: 'file',
    },
    parameters: { ...PARAMETERS, control_condition: { oneOf: ['', ...CONTROL] } },
  }),
  video_outpainting: job({
    required: ['video_url'],
    inputs: { video_url: 'file' },
    parameters: { ...PARAMETERS, top_scale: SCALE, bottom_scale: SCALE, left_scale: SCALE, right_scale: SCALE },
  }),
};

export const VACE_FAMILY: ModelFamily = {
  models: ['wanx2.1-vace-plus', 'wan2.1-vace-plus'],
  path: 'video-generation',
  promptLimit: 800,
  required: ['function'],
  inputs: { function: 'string' },
  parameters: {},
  functions: FUNCTIONS,
  silent: true,
  defaultTier: '720P',
  submitsPerSecond: 2,
  runningAtOnce: 2,
};
