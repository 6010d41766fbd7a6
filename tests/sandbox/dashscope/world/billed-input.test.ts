import { expect, it } from 'vitest';
import { billedInput } from '#lib/sandbox/dashscope/world/billed-input.ts';

const clip = (fragment = '') => `https://example.org/a.mp4${fragment}`;
const media = (type: string, fragment?: string) => ({ media: [{ type, url: clip(fragment) }] });

it.each<[string, string, object, number]>([
  ['a clip without a length', 'wan2.7-videoedit', media('video'), 5],
  ['a clip that says its length', 'wan2.7-videoedit', media('video', '#t=2,9.5'), 7.5],
  ['a clip from its start', 'wan2.7-videoedit', media('video', '#t=,8'), 8],
  ['a clip that ends before it starts', 'wan2.7-videoedit', media('video', '#t=9,2'), 0],
  ['more than a model charges', 'wan3.0-video', media('reference_video', '#t=0,30'), 15],
  ['more than a reference counts', 'wan2.7-r2v', media('reference_video', '#t=0,30'), 5],
  ['an edit of HappyHorse', 'happyhorse-1.0-video-edit', media('video', '#t=0,20'), 15],
  ['a model that charges for the output only', 'wan2.7-t2v', media('video'), 0],
  ['pictures beside it', 'wan3.0-video', media('reference_image'), 0],
  [
    'the older fields',
    'wan2.6-r2v',
    { reference_urls: ['https://h/a.png', clip('#t=0,2')], reference_video_urls: [clip('#t=0,1')] },
    3,
  ],
  ['an input of another form', 'wan3.0-video', { media: 'x', reference_urls: 5 }, 0],
])('%s: %s', (_name, model, input, inputSeconds) => {
  expect(billedInput({ model, input, parameters: {} })).toEqual({ inputSeconds, mode: 'standard' });
});

it.each([
  [{ mode: 'wan-pro' }, 'pro'],
  [{ mode: 'wan-std' }, 'standard'],
  [undefined, 'standard'],
])('the mode of %j is %s', (parameters, mode) => {
  expect(billedInput({ model: 'wan2.2-animate-move', input: {}, parameters })).toMatchObject({ mode });
});
