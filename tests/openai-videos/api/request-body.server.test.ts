import { describe, expect, it } from 'vitest';
import type { Reference } from '#lib/openai-videos/api/options.ts';
import { formBody, jsonBody, wireFields } from '#lib/openai-videos/api/request-body.server.ts';

const ORDER = { prompt: 'A harbour.' };
const FILE: Reference = { kind: 'file', bytes: Uint8Array.of(1, 2, 3), name: 'reference.png', mimeType: 'image/png' };

describe('the fields of a request', () => {
  it.each([
    ['the length is text', { ...ORDER, seconds: 8 }, undefined, { ...ORDER, seconds: '8' }],
    [
      'fields of a server’s own stay as they are',
      { ...ORDER, num_frames: 81 },
      undefined,
      { ...ORDER, num_frames: 81 },
    ],
    ['the usual model', ORDER, 'wan', { ...ORDER, model: 'wan' }],
    ['its own model', { ...ORDER, model: 'a' }, 'wan', { ...ORDER, model: 'a' }],
    ['no picture', { ...ORDER, inputReference: '/a.png' }, undefined, ORDER],
  ])('%s', (_what, request, model, fields) => {
    expect(JSON.parse(JSON.stringify(wireFields(request, model)))).toEqual(fields);
  });
});

describe('JSON', () => {
  it.each<[Reference | undefined, object]>([
    [undefined, {}],
    [FILE, { input_reference: { image_url: 'data:image/png;base64,AQID' } }],
    [{ kind: 'url', url: 'https://a.example/b.png' }, { input_reference: { image_url: 'https://a.example/b.png' } }],
    [{ kind: 'file-id', fileId: 'file_1' }, { input_reference: { file_id: 'file_1' } }],
  ])('has the picture as an object: %o', (reference, expected) => {
    expect(jsonBody(ORDER, reference)).toEqual({ ...ORDER, ...expected });
  });
});

describe('a form', () => {
  const entries = (fields: Record<string, unknown>, reference?: Reference) => [...formBody(fields, reference)];

  it('has objects and lists in the official client’s way, and leaves out what is not there', () => {
    expect(
      entries({
        a: 1,
        b: true,
        none: null,
        missing: undefined,
        list: ['x', { y: 'z' }],
        of: { one: { two: 0 } },
        empty: [],
      }),
    ).toEqual([
      ['a', '1'],
      ['b', 'true'],
      ['list[]', 'x'],
      ['list[][y]', 'z'],
      ['of[one][two]', '0'],
    ]);
  });

  it('has a picture as a file, or as an object', async () => {
    const [[name, file] = []] = entries({}, FILE);
    expect(name).toBe('input_reference');
    expect(file).toMatchObject({ name: 'reference.png', type: 'image/png', size: 3 });
    expect(entries({}, { kind: 'file-id', fileId: 'file_1' })).toEqual([['input_reference[file_id]', 'file_1']]);
    expect(entries({}, { kind: 'url', url: 'data:x' })).toEqual([['input_reference[image_url]', 'data:x']]);
  });
});
