import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exchange } from '#lib/base/http/exchange.server.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { rejection, testClient } from '../../fixtures/wire/dashscope.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

it('knows that a request which none can be made of was not sent', async () => {
  const seen: unknown[] = [];
  const url = await loopback((request, response) => {
    seen.push(request.url);
    response.end('{}');
  });
  const call = { method: 'POST', url, body: '{}', timeoutMs: 5000 } as const;
  const refused = await exchange({ ...call, headers: { 'x-workspace': 'ws-1\n' } });
  expect(refused).toMatchObject({ kind: 'failure', surelyNotSent: true, cause: { code: 'UND_ERR_INVALID_ARG' } });
  expect(seen).toEqual([]);
  // The same with a header that can be sent arrives.
  expect(await exchange({ ...call, headers: { 'x-workspace': 'ws-1' } })).toMatchObject({ kind: 'answer' });
  expect(seen).toEqual(['/']);
});

describe('a request over a connection of its own', () => {
  const post = (url: string) =>
    exchange({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: 60_000, freshConnection: true });

  /** A server that answers the first bytes of every connection like this. */
  async function broken(answer: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }

  const alert = Buffer.from([0x15, 3, 3, 0, 2, 2, 80]);
  const ends: Array<[string, (socket: Socket) => void]> = [
    ['an alert', (socket) => socket.end(alert)],
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['its end', (socket) => socket.end()],
    ['words without TLS', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ];

  it.each(ends)('was not sent where the handshake ends in %s', async (_name, end) => {
    const failed = await post(`https://127.0.0.1:${await broken(end)}`);
    expect(failed).toMatchObject({ kind: 'failure', reason: 'network', surelyNotSent: true });
  });

  it.each(ends.slice(1, 3))('may have arrived where the connection ends behind it in %s', async (_name, end) => {
    const failed = await post(`http://127.0.0.1:${await broken(end)}`);
    expect(failed).toMatchObject({ kind: 'failure', surelyNotSent: false });
  });

  it('that buys is made again after a handshake that failed, and is no doubtful purchase', async () => {
    const clock = new VirtualClock();
    const baseUrl = `https://127.0.0.1:${await broken((socket) => socket.end(alert))}`;
    const error = await rejection(testClient({ baseUrl, clock }).submit({ prompt: 'a harbour' }));
    expect(error).toMatchObject({ code: 'network', billable: 'no', retryable: true });
    expect(clock.waits).toHaveLength(3);
  });
});
