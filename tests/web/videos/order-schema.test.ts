import { describe, expect, it } from 'vitest';
import { readOrderBody } from '#lib/web/videos/order-schema.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const read = (body: string | null) => readOrderBody(new Request('http://localhost/', { method: 'POST', body }));

describe('an order', () => {
  it.each<[string | null, object]>([
    [null, {}],
    ['', {}],
    [' \n', {}],
    ['{}', {}],
    [
      '{"resolution":"1080P","durationSeconds":8,"force":true}',
      { resolution: '1080P', durationSeconds: 8, force: true },
    ],
    ['{"seed":0,"audio":false,"ratio":"9:16"}', { seed: 0, audio: false, ratio: '9:16' }],
    [
      '{"model":"wan9","allowUnknownModel":true,"ratio":"4:5"}',
      { model: 'wan9', allowUnknownModel: true, ratio: '4:5' },
    ],
    ['{"prompt":" A tower, as I see it.\\n"}', { prompt: ' A tower, as I see it.\n' }],
  ])('is read from %s', async (body, expected) => {
    expect(await read(body)).toEqual(expected);
  });

  it.each([
    ['{"resolution":"8K"}', /resolution/],
    ['{"durationSeconds":"5"}', /durationSeconds/],
    ['{"durationSeconds":5.5}', /durationSeconds/],
    ['{"seed":-2}', /seed: must be a whole number from -1/],
    ['{"force":"yes"}', /force/],
    ['{"model":""}', /model/],
    // Would be read from the server's disk and sent to the provider.
    ['{"image":"/etc/passwd"}', /image/],
    ['{"audioUrl":"/etc/passwd"}', /audioUrl/],
    ['{"prompt":""}', /prompt: is empty/],
    ['{"prompt":" \\n\\t"}', /prompt: is empty/],
    ['{"prompt":7}', /prompt/],
    ['{"prompt":"half: \\ud83c"}', /prompt: contains half of a character/],
    ['[]', /body/],
    ['null', /body/],
    ['force=true', /JSON/],
    ['{"force":true', /JSON/],
  ])('is refused for %s', async (body, what) => {
    expect(await rejection(read(body))).toMatchObject({
      problem: 'invalid-input',
      message: expect.stringMatching(what),
    });
  });

  it('has room for the longest prompt that a model reads, however it is written', async () => {
    const prompt = '塔'.repeat(20_000);
    const escaped = `{"prompt":"${'\\u5854'.repeat(20_000)}"}`;
    for (const body of [JSON.stringify({ prompt }), escaped]) expect(await read(body)).toEqual({ prompt });
  });

  it('may not be large', async () => {
    const body = JSON.stringify({ negativePrompt: 'x'.repeat(200_000) });
    expect(await rejection(read(body))).toMatchObject({ problem: 'too-large' });
  });
});
