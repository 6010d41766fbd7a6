import { describe, it } from 'vitest';
import {
  bodyOf,
  type CreateCase,
  expectAccepted,
  expectRefused,
  IMAGE,
  media,
  type RefusedCase,
  text,
  withoutParameters,
} from '../../../fixtures/sandbox/create-cases.ts';

const accepted: CreateCase[] = [
  { name: 'HappyHorse text', body: text('happyhorse-1.0-t2v', { ratio: '9:21', duration: 3, resolution: '720P' }) },
  {
    name: 'HappyHorse image without prompt',
    body: bodyOf('happyhorse-1.0-i2v', { media: [{ type: 'first_frame', url: IMAGE }] }, { watermark: false }),
  },
  {
    name: 'HappyHorse, nine references',
    body: media('happyhorse-1.0-r2v', Array(9).fill('reference_image'), { ratio: '4:5', seed: 1 }),
  },
  {
    name: 'HappyHorse edit, five references',
    body: media('happyhorse-1.0-video-edit', ['video', ...Array(5).fill('reference_image')], { audio_setting: 'auto' }),
  },
];

const refused: RefusedCase[] = [
  { name: '2 s for HappyHorse', body: text('happyhorse-1.0-t2v', { duration: 2 }), message: /3 to 15/ },
  { name: 'adaptive HappyHorse', body: text('happyhorse-1.0-t2v', { ratio: 'adaptive' }), message: /ratio/ },
  {
    name: 'HappyHorse, a frame twice',
    body: media('happyhorse-1.0-i2v', ['first_frame', 'first_frame'], {}),
    message: /not 2/,
  },
  {
    name: 'HappyHorse, a last frame',
    body: media('happyhorse-1.0-i2v', ['first_frame', 'last_frame'], {}),
    message: /last_frame/,
  },
  {
    name: 'HappyHorse, ten references',
    body: media('happyhorse-1.0-r2v', Array(10).fill('reference_image'), {}),
    message: /not 10/,
  },
  {
    name: 'HappyHorse, a clip to refer to',
    body: media('happyhorse-1.0-r2v', ['reference_video'], {}),
    message: /reference_video/,
  },
];

describe('HappyHorse', () => {
  it.each(accepted)('accepts $name', expectAccepted);

  it.each(accepted)('accepts $name without parameters', (one) => expectAccepted(withoutParameters(one)));

  it.each(refused)('refuses $name', expectRefused);
});
