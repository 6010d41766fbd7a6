import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Bandwidth } from '#lib/stores/assets/s3/client/bandwidth.ts';
import { ObjectStore } from '#lib/stores/assets/s3/client/object-store.server.ts';
import { S3Clients } from '#lib/stores/assets/s3/client/s3-client.server.ts';
import { type ReadOptions, readObject } from '#lib/stores/assets/s3/read/object-stream.server.ts';
import { startFaultProxy } from '../../../../fixtures/servers/fault-proxy.ts';
import { impatientClock, standInSettings } from '../../../../fixtures/servers/s3-stores.ts';

type Answer = (response: ServerResponse, headers: { range?: string | undefined }) => void;

/** A store that gives one answer after the other. */
async function open(...answers: Answer[]) {
  const left = [...answers];
  const server = await startFaultProxy(({ headers }, response) => left.shift()?.(response, headers));
  const clients = new S3Clients(standInSettings(server.url), {});
  onTestFinished(async () => {
    clients.destroy();
    await server.close();
  });
  const clock = impatientClock();
  const limits = { clock, stallTimeoutMs: 60_000, patienceMs: 180_000, bandwidth: new Bandwidth(undefined, clock) };
  const store = new ObjectStore(clients, 'films', limits);
  const read = (options?: ReadOptions) => readObject(store, 'rome.mp4', options);
  const text = async (options?: ReadOptions) => new Response(await read(options)).text();
  const asked = () => server.calls.map(({ headers }) => [headers.range, headers['if-match']]);
  return { read, text, asked };
}

const TAG = { etag: '"abc"' };
const whole: Answer = (response) => void response.writeHead(200, { ...TAG, 'content-length': 10 }).end('0123456789');
/** Breaks off after some bytes. */
const broken =
  (bytes: string): Answer =>
  (response) =>
    void response
      .writeHead(200, { ...TAG, 'content-length': 10 })
      .write(bytes, () => setImmediate(() => response.destroy()));
const part =
  (start: number, bytes: string, end = 9): Answer =>
  (response) =>
    void response.writeHead(206, { ...TAG, 'content-range': `bytes ${start}-${end}/10` }).end(bytes);

describe('the stream of an object', () => {
  it('has all of it, by one request', async () => {
    const { text, asked } = await open(whole);
    expect([await text(), asked()]).toEqual(['0123456789', [[undefined, undefined]]]);
  });

  it('asks for the rest of the same content where a connection breaks', async () => {
    const { text, asked } = await open(broken('0123'), part(4, '456789'));
    expect([await text(), asked()]).toEqual([
      '0123456789',
      [
        [undefined, undefined],
        ['bytes=4-9', '"abc"'],
      ],
    ]);
  });

  it('goes on within its range, and with the content that was meant', async () => {
    const { text, asked } = await open(part(2, '234', 7), part(5, '567', 7));
    expect(await text({ range: 'bytes=2-7', etag: 'abc' })).toBe('234567');
    expect(asked()).toEqual([
      ['bytes=2-7', '"abc"'],
      ['bytes=5-7', '"abc"'],
    ]);
  });

  it('has no more than was announced', async () => {
    const { text } = await open(part(2, '23456789', 4));
    expect(await text({ range: 'bytes=2-4' })).toBe('234');
  });

  it('is empty for an empty object', async () => {
    const { text, asked } = await open((response) => void response.writeHead(200, { 'content-length': 0 }).end());
    expect([await text(), asked().length]).toEqual(['', 1]);
  });

  it('ends with its signal, and asks for nothing more', async () => {
    const stop = new AbortController();
    const { read, asked } = await open((response) => {
      response.writeHead(200, { ...TAG, 'content-length': 10 }).write('0123');
    });
    const reader = (await read({ signal: stop.signal })).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('0123');
    stop.abort();
    await expect(reader.read()).rejects.toMatchObject({ code: 'aborted' });
    expect(asked()).toHaveLength(1);
  });

  it('fails like its first request', async () => {
    const { read } = await open((response) => void response.writeHead(404).end());
    await expect(read()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });
});
