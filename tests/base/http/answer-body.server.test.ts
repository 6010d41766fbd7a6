import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_ANSWER_BYTES, parseAnswer } from '#lib/base/http/answer-body.server.ts';
import { exchange } from '#lib/base/http/exchange.server.ts';
import { rejection, TASK_ID, testClient } from '../../fixtures/wire/dashscope.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const created = { output: { task_id: TASK_ID, task_status: 'PENDING', note: 'é 街' }, request_id: 'r-1' };
const plain = Buffer.from(JSON.stringify(created));
const bom = Buffer.from([0xef, 0xbb, 0xbf]);
const utf16 = Buffer.from(`\ufeff${plain}`, 'utf16le');

const packed: Array<[string, string, Buffer]> = [
  ['gzip', 'gzip', gzipSync(plain)],
  ['gzip under its old name', 'X-GZIP', gzipSync(plain)],
  ['brotli', 'br', brotliCompressSync(plain)],
  ['deflate with the zlib header', 'deflate', deflateSync(plain)],
  ['deflate without it', 'deflate', deflateRawSync(plain)],
  ['zstd', 'zstd', zstdCompressSync(plain)],
  ['gzip of a text with a byte order mark', 'gzip', gzipSync(Buffer.concat([bom, plain]))],
];

describe('an answer', () => {
  it.each([
    ...packed,
    ...packed.map(([name, , bytes]): [string, undefined, Buffer] => [`${name}, without a header`, undefined, bytes]),
    ...packed.map(([name, , bytes]): [string, string, Buffer] => [`${name}, called identity`, 'identity', bytes]),
    ['gzip in gzip', 'gzip, gzip', gzipSync(gzipSync(plain))] as const,
    ['brotli in gzip', 'br, gzip', gzipSync(brotliCompressSync(plain))] as const,
    ['plain text that is called gzip', 'gzip', plain] as const,
    ['gzip that is called br', 'br', gzipSync(plain)] as const,
    ['plain text of a coding that nobody knows', 'zebra', plain] as const,
    ['UTF-8 with a byte order mark', undefined, Buffer.concat([bom, plain])] as const,
    ['UTF-16, little end first', undefined, utf16] as const,
    ['UTF-16, big end first', undefined, Buffer.from(utf16).swap16()] as const,
  ])('is read as %s', async (_name, encoding, bytes) => {
    const origin = await loopback((_request, response) => {
      response.writeHead(200, { ...(encoding && { 'content-encoding': encoding }) }).end(bytes);
    });
    const answer = await exchange({ method: 'GET', url: origin, headers: {}, timeoutMs: 5000 });
    expect(answer).toMatchObject({ kind: 'answer', status: 200, body: created });
  });

  it('is asked for without compression, by every call', async () => {
    const seen: unknown[] = [];
    const baseUrl = await loopback((request, response) => {
      seen.push(request.headers['accept-encoding']);
      request.resume();
      response.end(gzipSync(plain));
    });
    const client = testClient({ baseUrl });
    expect(await client.submit({ prompt: 'a harbour' })).toMatchObject({ taskId: TASK_ID });
    expect(await client.getTask(TASK_ID)).toMatchObject({ taskId: TASK_ID, status: 'PENDING' });
    expect(seen).toEqual(['identity', 'identity']);
  });

  it.each([
    ['cut short', 'gzip', gzipSync(plain).subarray(0, 40)],
    ['empty', undefined, Buffer.alloc(0)],
    ['a page', undefined, Buffer.from('<html>bad gateway</html>')],
    ['a compressed page', 'gzip', gzipSync('<html>bad gateway</html>')],
  ])('that is %s is no JSON', (_name, encoding, bytes) => {
    expect(parseAnswer(bytes, encoding)).toEqual({ json: undefined });
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
    ['br', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ])('that unpacks (%s) to more than is kept of any answer is given up', async (encoding, pack) => {
    const bomb = pack(Buffer.concat([plain, Buffer.alloc(MAX_ANSWER_BYTES, ' ')]));
    expect(bomb.length).toBeLessThan(100_000);
    expect(parseAnswer(bomb, encoding)).toBe('too-large');
    expect(parseAnswer(bomb)).toEqual({ json: undefined });
    const baseUrl = await loopback((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb);
    });
    const lost = await rejection(testClient({ baseUrl }).submit({ prompt: 'a harbour' }));
    expect(lost).toMatchObject({ code: 'unknown-outcome', billable: 'maybe' });
  });
});

describe('a task id that is a number', () => {
  it.each([
    ['12345678901234567890'],
    ['9007199254740993'],
    ['-9007199254740993'],
    ['7'],
    ['10000000000000000000000000'],
    ['1.50'],
  ])('%s is read as it is written', (id) => {
    const text = `{"output":{"task_id" : ${id},"task_status":"PENDING"},"request_id":${id}}`;
    expect(parseAnswer(Buffer.from(text))).toEqual({
      json: { output: { task_id: id, task_status: 'PENDING' }, request_id: id },
    });
  });

  it('is only looked for outside texts', () => {
    const json = { output: { task_id: 't', orig_prompt: 'a "task_id": 5, "b\\"task_id":6' }, usage: { task_ids: 5 } };
    expect(parseAnswer(Buffer.from(JSON.stringify(json)))).toEqual({ json });
  });

  it('is asked for by those very digits', async () => {
    const paths: unknown[] = [];
    const baseUrl = await loopback((request, response) => {
      paths.push(request.url);
      request.resume();
      response.end('{"output":{"task_id":12345678901234567890,"task_status":"PENDING"}}');
    });
    const client = testClient({ baseUrl });
    const { taskId } = await client.submit({ prompt: 'a harbour' });
    expect(await client.getTask(taskId)).toMatchObject({ taskId: '12345678901234567890' });
    expect(paths[1]).toBe('/api/v1/tasks/12345678901234567890');
  });
});
