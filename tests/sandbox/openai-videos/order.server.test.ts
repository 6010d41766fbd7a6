import { describe, expect, it } from 'vitest';
import { orderOf } from '#lib/sandbox/openai-videos/order.server.ts';
import { makePng } from '../../fixtures/media-files.ts';

const ORDER = { prompt: 'A harbour.' };
const png = (width: number, height: number) => new Blob([Uint8Array.from(makePng(width, height))]);

describe('an order', () => {
  it.each<[Record<string, unknown>, object]>([
    [ORDER, { ...ORDER, model: 'sora-2', size: '720x1280', seconds: '4' }],
    [
      { ...ORDER, model: 'sora-2-pro', size: '1920x1080', seconds: '20' },
      { size: '1920x1080', seconds: '20' },
    ],
    [{ ...ORDER, input_reference: png(720, 1280) }, ORDER],
    [{ ...ORDER, input_reference: { image_url: 'https://a' } }, ORDER],
    [{ ...ORDER, prompt: 'x'.repeat(32_000), own: 1 }, { model: 'sora-2' }],
  ])('%#', async (fields, order) => {
    expect(await orderOf(fields, false)).toMatchObject(order);
  });
});

describe('a refusal', () => {
  it.each<[Record<string, unknown>, string, string | null]>([
    [{}, 'prompt', 'missing_required_parameter'],
    [{ prompt: '' }, 'prompt', 'string_length'],
    [{ prompt: 7 }, 'prompt', 'invalid_type'],
    [{ prompt: 'x'.repeat(32_001) }, 'prompt', 'string_length'],
    [{ ...ORDER, model: 'sora-9' }, 'model', 'invalid_value'],
    [{ ...ORDER, size: '1920x1080' }, 'size', 'invalid_value'],
    [{ ...ORDER, seconds: 8 }, 'seconds', 'invalid_type'],
    [{ ...ORDER, seconds: '7' }, 'seconds', 'invalid_value'],
    [{ ...ORDER, input_reference: png(2, 3) }, 'input_reference', null],
    [{ ...ORDER, input_reference: new Blob(['x']) }, 'input_reference', 'unsupported_file'],
    [{ ...ORDER, input_reference: { image_url: 'a', file_id: 'b' } }, 'input_reference', 'invalid_value'],
  ])('%#: of %s', async (fields, param, code) => {
    expect(await orderOf(fields, false)).toMatchObject({ status: 400, param, code });
  });

  it('of an unknown field comes only where the sandbox is strict', async () => {
    expect(await orderOf({ ...ORDER, own: 1 }, true)).toMatchObject({ param: 'own', code: 'unknown_parameter' });
  });
});
