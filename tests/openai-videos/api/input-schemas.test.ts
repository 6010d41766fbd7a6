import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as accepts from '#lib/openai-videos/api/input-schemas.ts';

const ORDER = { prompt: 'A harbour.' };
type Case = [z.ZodType, unknown];

describe('what is accepted', () => {
  it.each<Case>([
    [accepts.requestSchema, { ...ORDER, seconds: 8, size: '1280x720', num_frames: 81 }],
    [accepts.requestSchema, { ...ORDER, seconds: '4.5', inputReference: { fileId: 'a' } }],
    [accepts.requestSchema, { ...ORDER, inputReference: new URL('file:///a.png') }],
    [accepts.createSchema, { idempotencyKey: 'key-1', beforeSend: () => {}, timeoutMs: 1 }],
    [accepts.listSchema, { order: 'asc', after: 'v', pageSize: 100 }],
    [accepts.clientSchema, { apiKey: 'sk-1', encoding: 'auto', proxy: { https: 'http://a' }, baseUrl: 'x' }],
    [accepts.variantSchema, 'spritesheet'],
  ])('%#: %o', (schema, value) => {
    expect(schema.safeParse(value).success).toBe(true);
  });
});

describe('what is refused, by its field', () => {
  it.each<[...Case, string]>([
    [accepts.requestSchema, { prompt: ' \n' }, 'prompt'],
    [accepts.requestSchema, { ...ORDER, seconds: 0 }, 'seconds'],
    [accepts.requestSchema, { ...ORDER, seconds: '8s' }, 'seconds'],
    [accepts.requestSchema, { ...ORDER, size: '1280 x 720' }, 'size'],
    [accepts.requestSchema, { ...ORDER, inputReference: '' }, 'inputReference'],
    [accepts.requestSchema, { ...ORDER, inputReference: { fileId: 7 } }, 'inputReference'],
    [accepts.createSchema, { idempotencyKey: 'two words' }, 'idempotencyKey'],
    // A line break would begin a header of its own.
    [accepts.createSchema, { idempotencyKey: 'a\r\nx: y' }, 'idempotencyKey'],
    [accepts.clientSchema, { apiKey: 'sk-1\n' }, 'apiKey'],
    [accepts.clientSchema, { encoding: 'form' }, 'encoding'],
    [accepts.listSchema, { pageSize: 101 }, 'pageSize'],
    [accepts.listSchema, { pageSize: 0 }, 'pageSize'],
    [accepts.listSchema, { order: 'newest' }, 'order'],
    [accepts.callSchema, { timeoutMs: -1 }, 'timeoutMs'],
  ])('%#: %o', (schema, value, field) => {
    expect(schema.safeParse(value).error?.issues[0]?.path).toEqual([field]);
  });
});
