import { describe, expect, test } from 'vitest';
import { checkHeaders } from '#lib/capture/options/headers.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';

const it = useCaptureCase();

describe("the caller's headers", () => {
  test.each([
    ['a line break', { 'x-a': 'b\r\nhost: evil' }],
    ['a bad name', { 'x a': 'b' }],
    ['a header of ours', { Range: 'bytes=0-1' }],
    ['an encoding', { 'Accept-Encoding': 'gzip' }],
  ])('with %s are refused', async (_name, bad) => {
    expect(await it.failure({ headers: bad })).toMatchObject({ code: 'invalid-input' });
    expect(it.server.connections()).toBe(0);
  });
});

describe('a header', () => {
  test.each([
    ['authorization', 'Bearer x.y=='],
    ['X-Oss_Token!', 'a\tb'],
    ['x-name', 'caf\xe9'],
    ['x-empty', ''],
  ])('%s: %j goes out as it is', (name, value) => {
    expect(checkHeaders({ [name]: value })).toEqual([[name, value]]);
  });

  test.each([
    ['', 'x'],
    ['a:b', 'x'],
    ['na\u00efve', 'x'],
    ['Host', 'x'],
    ['connection', 'close'],
    ['Content-Length', '5'],
    ['If-Match', '"v1"'],
    ['if-none-match', '*'],
    ['TE', 'trailers'],
    ['x-a', 'b\nc'],
    ['x-a', 'b\0c'],
    ['x-a', '\u5f71'],
  ])('%j: %j is refused', (name, value) => {
    expect(() => checkHeaders({ [name]: value })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  test('that is refused is named without its value, which may be a secret', () => {
    expect(() => checkHeaders({ 'x-key': 's3cret\n' })).toThrow(/^(?!.*s3cret).*x-key/);
  });

  test('none are none', () => {
    expect(checkHeaders()).toEqual([]);
  });
});
