import { describe, it } from 'vitest';
import {
  bodyOf,
  CLIP,
  type CreateCase,
  expectAccepted,
  expectRefused,
  media,
  PNG,
  prompt,
  type RefusedCase,
  text,
  withoutParameters,
} from '../../../fixtures/sandbox/create-cases.ts';
import { TEXT_27 } from '../../../fixtures/sandbox-client.ts';

const accepted: CreateCase[] = [
  { name: '2.7 text', body: TEXT_27 },
  {
    name: '2.7 first and last frame',
    body: media('wan2.7-i2v', ['first_frame', 'last_frame'], { resolution: '720P' }),
  },
  { name: '2.7 reference', body: media('wan2.7-r2v', ['reference_image', 'first_frame'], { ratio: '1:1' }) },
  { name: '2.7 edit', body: media('wan2.7-videoedit', ['video', 'reference_image'], { audio_setting: 'origin' }) },
  {
    name: '2.7 edit without prompt, as long as the source',
    body: bodyOf('wan2.7-videoedit', { media: [{ type: 'video', url: CLIP }] }, { duration: 0 }),
  },
  {
    name: '3.0 text',
    body: text('wan3.0-video', { resolution: '480P', ratio: '21:9', duration: -1, audio: false, seed: -1 }),
  },
  {
    name: '3.0 media without prompt',
    body: bodyOf('wan3.0-video-prime', { media: [{ type: 'first_frame', url: PNG }] }),
  },
];

const refused: RefusedCase[] = [
  { name: 'an empty prompt', body: { ...TEXT_27, input: { prompt: '' } }, message: 'Field required: input.prompt' },
  { name: '2.7 without media', body: bodyOf('wan2.7-i2v', { prompt }), message: 'Field required: input.media' },
  { name: '3.0 with nothing', body: bodyOf('wan3.0-video', { media: [] }), message: 'Field required: input.prompt' },
  { name: 'duration as text', body: text('wan2.7-t2v', { duration: '5' }), message: /duration/ },
  { name: '21:9 for 2.7', body: text('wan2.7-t2v', { ratio: '21:9' }), message: /ratio/ },
  { name: '16 s for 2.7', body: text('wan2.7-t2v', { duration: 16 }), message: /2 to 15/ },
  { name: '-1 s for 2.7', body: text('wan2.7-t2v', { duration: -1 }), message: /duration/ },
  { name: '0 s for 2.7', body: text('wan2.7-t2v', { duration: 0 }), message: /duration/ },
  { name: '11 s to edit', body: media('wan2.7-videoedit', ['video'], { duration: 11 }), message: /2 to 10/ },
  { name: '31 s for 3.0', body: text('wan3.0-video', { duration: 31 }), message: /2 to 30/ },
  { name: 'prompt that is no text', body: { ...TEXT_27, input: { prompt: ['a'] } }, message: /input\.prompt/ },
  { name: 'edit without video', body: media('wan2.7-videoedit', ['reference_image'], {}), message: /of video, not 0/ },
];

describe('wan2.7 and wan3.0', () => {
  it.each(accepted)('accepts $name', expectAccepted);

  it.each(accepted)('accepts $name without parameters', (one) => expectAccepted(withoutParameters(one)));

  it.each(refused)('refuses $name', expectRefused);
});
