import { describe, expect, it } from 'vitest';
import { openSandbox, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

const IMAGE = 'https://example.org/first.png';

/** Fields that a model does not know, with the name that a strict sandbox complains of. */
const ignored: Array<[field: string, body: object, path?: string]> = [
  ['parameters.shot_type', { ...TEXT_27, parameters: { shot_type: 'multi' } }],
  ['parameters.audio', { ...TEXT_27, parameters: { audio: false } }],
  ['parameters.size', { ...TEXT_27, parameters: { size: 'no size at all' } }],
  ['parameters.steps', { ...TEXT_27, parameters: { steps: 50 } }],
  ['parameters.Duration', { ...TEXT_27, parameters: { Duration: 99 } }],
  ['parameters.duration', { ...TEXT_27, parameters: { duration: null } }],
  ['input.img_url', { ...TEXT_27, input: { prompt: 'p', img_url: 'not looked at' } }],
  ['input.media', { ...TEXT_27, input: { prompt: 'p', media: 'not looked at' } }],
  ['input.negative_promt', { ...TEXT_27, input: { prompt: 'p', negative_promt: 'x' } }],
  ['callback_url', { ...TEXT_27, callback_url: 'https://example.org/hook' }],
  ['input.negative_prompt', { model: 'wan3.0-video', input: { prompt: 'p', negative_prompt: 'x' } }],
  [
    'input.media.first_frame.reference_voice',
    { model: 'wan2.7-i2v', input: { media: [{ type: 'first_frame', url: IMAGE, reference_voice: 'x' }] } },
  ],
  [
    'input.media.reference_image.referenceVoice',
    {
      model: 'wan2.7-r2v',
      input: { prompt: 'p', media: [{ type: 'reference_image', url: IMAGE, referenceVoice: 'x' }] },
    },
  ],
  [
    'parameters.ratio',
    { model: 'wan2.7-i2v', input: { media: [{ type: 'first_frame', url: IMAGE }] }, parameters: { ratio: '1:1' } },
  ],
  [
    'parameters.prompt_extend',
    { model: 'happyhorse-1.0-t2v', input: { prompt: 'p' }, parameters: { prompt_extend: true } },
  ],
  ['input.prompt', { model: 'wan2.2-s2v', input: { prompt: 'p', image_url: IMAGE, audio_url: IMAGE } }, 'image2video'],
];

describe('a field that the model does not know', () => {
  it.each(ignored)('%s is ignored', async (_field, body, path) => {
    const client = await openSandbox();
    const response = await client.create(body, {}, path);
    const answer = await response.json();
    expect([response.status, answer]).toEqual([200, expect.anything()]);
    client.clock.advance(60_000);
    expect((await client.task(answer.output.task_id)).output.task_status).toBe('SUCCEEDED');
  });

  it.each(ignored)('%s is refused by a strict sandbox', async (field, body, path) => {
    const client = await openSandbox({ strict: true });
    const response = await client.create(body, {}, path);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'InvalidParameter', message: `${field} is not supported by this model (strict sandbox).` },
    ]);
  });

  it('changes nothing about the film', async () => {
    const client = await openSandbox();
    const body = { ...TEXT_27, parameters: { ...TEXT_27.parameters, size: '480*832', ratio: '9:16' } };
    const taskId = await client.submit(body);
    client.clock.advance(60_000);
    expect((await client.task(taskId)).usage).toMatchObject({ SR: 720, ratio: '9:16' });
  });

  it('of a frame, a ratio, is ignored where the frame gives it', async () => {
    const client = await openSandbox();
    const media = ['first_frame', 'reference_image'].map((type) => ({ type, url: IMAGE }));
    const parameters = { ratio: '9:16', resolution: '720P' };
    const taskId = await client.submit({ model: 'wan2.7-r2v', input: { prompt: 'p', media }, parameters });
    client.clock.advance(60_000);
    const { bytes } = await client.download(await client.link(taskId));
    // The track header's last eight bytes: width and height of the picture.
    const track = bytes.indexOf('tkhd') - 4;
    expect(bytes.readUInt16BE(track + bytes.readUInt32BE(track) - 8)).toBe(1280);
  });
});
