import { describe, it } from 'vitest';
import {
  bodyOf,
  CLIP,
  type CreateCase,
  expectAccepted,
  expectRefused,
  IMAGE,
  PNG,
  prompt,
  type RefusedCase,
  text,
  withoutParameters,
} from '../../../fixtures/sandbox/create-cases.ts';

const accepted: CreateCase[] = [
  { name: '2.6 text', body: text('wan2.6-t2v', { size: '1280*720', duration: 15, shot_type: 'multi', seed: 0 }) },
  { name: '2.5 text in 480P', body: text('wan2.5-t2v-preview', { size: '624*624', duration: 10 }) },
  { name: '2.2 text', body: text('wan2.2-t2v-plus', { size: '832*480', duration: 5 }) },
  { name: '2.1, Beijing spelling', body: text('wanx2.1-t2v-turbo', { size: '1280*720' }) },
  { name: '2.1, Singapore spelling', body: text('wan2.1-t2v-plus', { size: '832*1088' }) },
  { name: '2.6 image', body: bodyOf('wan2.6-i2v', { img_url: PNG }, { resolution: '720P', audio: false }) },
  { name: '2.6 image in Virginia, 15 s', body: bodyOf('wan2.6-i2v-us', { img_url: IMAGE }, { duration: 15 }) },
  {
    name: '2.2 flash image',
    body: bodyOf('wan2.2-i2v-flash', { img_url: IMAGE }, { resolution: '480P', duration: 5 }),
  },
  { name: '2.1 turbo image, 3 s', body: bodyOf('wanx2.1-i2v-turbo', { img_url: IMAGE }, { duration: 3 }) },
  { name: '2.1 turbo image, 4 s', body: bodyOf('wan2.1-i2v-turbo', { img_url: IMAGE }, { duration: 4 }) },
  {
    name: '2.2 key frames',
    path: 'image2video',
    body: bodyOf('wan2.2-kf2v-flash', { first_frame_url: IMAGE, last_frame_url: PNG }, { resolution: '480P' }),
  },
  {
    name: 'key frames by a template',
    path: 'image2video',
    body: bodyOf('wanx2.1-kf2v-plus', { first_frame_url: IMAGE, template: 'hanfu-1' }, {}),
  },
  {
    name: '2.6 reference',
    body: bodyOf('wan2.6-r2v', { prompt, reference_urls: [IMAGE, CLIP] }, { size: '720*1280', duration: 10 }),
  },
  { name: '2.6 reference, older field', body: bodyOf('wan2.6-r2v-flash', { prompt, reference_video_urls: [CLIP] }) },
];

const refused: RefusedCase[] = [
  { name: '2.6 without image', body: bodyOf('wan2.6-i2v', { prompt }), message: 'Field required: input.img_url' },
  {
    name: '2.6 without a reference',
    body: bodyOf('wan2.6-r2v', { prompt, reference_urls: [] }),
    message: 'Field required: input.reference_urls',
  },
  { name: '6 s for 2.5', body: text('wan2.5-t2v-preview', { duration: 6 }), message: /5, 10/ },
  { name: '10 s for 2.2', body: text('wan2.2-t2v-plus', { duration: 10 }), message: /duration/ },
  {
    name: '8 s for 2.2 flash',
    body: bodyOf('wan2.2-i2v-flash', { img_url: IMAGE }, { duration: 8 }),
    message: /one of 5/,
  },
  {
    name: '6 s for 2.1 turbo',
    body: bodyOf('wanx2.1-i2v-turbo', { img_url: IMAGE }, { duration: 6 }),
    message: /3, 4, 5/,
  },
  { name: '7 s in Virginia', body: bodyOf('wan2.6-i2v-us', { img_url: IMAGE }, { duration: 7 }), message: /5, 10, 15/ },
  { name: 'seed too large', body: text('wan2.6-t2v', { seed: 2 ** 31 }), message: /seed/ },
  { name: 'a size that is a number', body: text('wan2.6-t2v', { size: 720 }), message: /size/ },
  {
    name: 'six 2.6 references',
    body: bodyOf('wan2.6-r2v', { prompt, reference_urls: Array(6).fill(IMAGE) }),
    message: /1 to 5/,
  },
];

describe('the models before wan2.7', () => {
  it.each(accepted)('accepts $name', expectAccepted);

  it.each(accepted)('accepts $name without parameters', (one) => expectAccepted(withoutParameters(one)));

  it.each(refused)('refuses $name', expectRefused);
});
