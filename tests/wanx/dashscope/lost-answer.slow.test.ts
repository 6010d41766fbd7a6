import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { rejection, SUCCEEDED, TASK_ID, taskAnswer, testClient } from '../../fixtures/wire/dashscope.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

// Real sockets: what the client can know about an answer that does not come is decided on the wire.

const request = { prompt: 'a harbour' };
const LOST = { code: 'unknown-outcome', billable: 'maybe', retryable: false, stage: 'submitting' };

async function server(answer: (response: ServerResponse, incoming: IncomingMessage) => void) {
  const seen: string[] = [];
  const baseUrl = await loopback((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    incoming.resume().on('end', () => answer(response, incoming));
  });
  return { baseUrl, seen };
}

describe('a submission whose answer is lost on the wire', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['reset before the answer', (response) => response.socket?.resetAndDestroy()],
    ['closed before the answer', (response) => response.socket?.end()],
    [
      'reset in the middle of the body',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"output":{"task_id":', () => response.socket?.resetAndDestroy());
      },
    ],
    ['no HTTP at all', (response) => response.socket?.end('hello\r\n\r\n')],
  ])('%s: sent once, outcome unknown', async (_name, answer) => {
    const { baseUrl, seen } = await server(answer);
    const client = testClient({ baseUrl, clock: new VirtualClock() });
    expect(await rejection(client.submit(request))).toMatchObject(LOST);
    expect(seen).toHaveLength(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['no answer', () => {}],
    ['a header and then nothing', (response) => response.writeHead(200).write('{')],
  ])('%s in time: sent once, outcome unknown', async (_name, answer) => {
    const { baseUrl, seen } = await server(answer);
    const client = testClient({ baseUrl, requestTimeoutMs: 400, clock: new VirtualClock() });
    expect(await rejection(client.submit(request))).toMatchObject(LOST);
    expect(seen).toHaveLength(1);
  });

  it('is not invited by a kept connection, which the server may close just as the request goes out', async () => {
    const ports: Array<number | undefined> = [];
    const kept: Array<string | undefined> = [];
    const { baseUrl } = await server((response, { headers, socket }) => {
      ports.push(socket.remotePort);
      kept.push(headers.connection);
      response.end(JSON.stringify(taskAnswer('PENDING').body));
    });
    const client = testClient({ baseUrl, clock: new VirtualClock() });
    await client.getTask(TASK_ID);
    for (let index = 0; index < 4; index += 1) await client.submit(request);
    expect(new Set(ports).size).toBe(5);
    expect(kept).toEqual(['keep-alive', 'close', 'close', 'close', 'close']);
  });

  it('is given up when the answer trickles on past the time of the request', async () => {
    const { baseUrl, seen } = await server((response) => {
      const trickle = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(trickle));
    });
    const client = testClient({ baseUrl, requestTimeoutMs: 400, clock: new VirtualClock() });
    expect(await rejection(client.submit(request))).toMatchObject(LOST);
    expect(seen).toHaveLength(1);
  });

  it('is given up when the answer has no end, before it fills the memory', async () => {
    let sentBytes = 0;
    const { baseUrl } = await server((response) => {
      const chunk = Buffer.alloc(65_536, ' ');
      const pour = () => {
        while (!response.destroyed && sentBytes < 1e9) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) return;
        }
        response.end();
      };
      response.on('drain', pour);
      pour();
    });
    expect(await rejection(testClient({ baseUrl }).submit(request))).toMatchObject(LOST);
    expect(sentBytes).toBeLessThan(100_000_000);
  });

  it('is not made by a caller who cancels: the id that comes within the grace is kept', async () => {
    const controller = new AbortController();
    const { baseUrl } = await server((response) => {
      controller.abort();
      setImmediate(() => response.end(JSON.stringify(taskAnswer('PENDING').body)));
    });
    const client = testClient({ baseUrl, clock: new VirtualClock({ auto: false }) });
    await expect(client.submit(request, { signal: controller.signal })).resolves.toMatchObject({ taskId: TASK_ID });
  });

  it('is reported when the caller cancels and no answer comes within the grace', async () => {
    const controller = new AbortController();
    const { baseUrl } = await server(() => controller.abort());
    const clock = new VirtualClock();
    const client = testClient({ baseUrl, clock });
    expect(await rejection(client.submit(request, { signal: controller.signal }))).toMatchObject(LOST);
    expect(clock.waits).toEqual([5000]);
  });

  it('carries the task id when the cancel comes after it', async () => {
    const controller = new AbortController();
    const { baseUrl } = await server((response, { method }) => {
      response.end(JSON.stringify(taskAnswer(method === 'POST' ? 'PENDING' : 'RUNNING').body));
      if (method === 'GET') controller.abort();
    });
    const client = testClient({ baseUrl, clock: new VirtualClock() });
    const error = await rejection(client.generateVideoFromText('a harbour', { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'aborted', taskId: TASK_ID, billable: 'maybe' });
  });
});

describe('a wait on a bad line', () => {
  it('outlives resets, silence and garbage', async () => {
    const troubles: Array<(response: ServerResponse) => void> = [
      (response) => response.socket?.resetAndDestroy(),
      () => {},
      (response) => response.socket?.end('garbage'),
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.socket?.resetAndDestroy());
      },
      (response) => response.end(JSON.stringify(SUCCEEDED.body)),
    ];
    const { baseUrl, seen } = await server((response) => troubles.shift()?.(response));
    const client = testClient({ baseUrl, requestTimeoutMs: 400, clock: new VirtualClock() });
    await expect(client.waitForTask(TASK_ID)).resolves.toMatchObject({ status: 'SUCCEEDED' });
    expect(seen).toHaveLength(5);
  });

  it('outlives a server that is down', async () => {
    const clock = new VirtualClock();
    const client = testClient({ baseUrl: 'http://127.0.0.1:1', clock });
    const error = await rejection(client.waitForTask(TASK_ID, { timeoutMs: 3_600_000 }));
    expect(error).toMatchObject({ code: 'timeout', taskId: TASK_ID, cause: { code: 'network' } });
    expect(clock.waits.length).toBeGreaterThan(100);
  });
});

describe('a port where nothing listens', () => {
  it('is tried a few times, because nothing was sent, and ends as network with nothing bought', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const clock = new VirtualClock();
    const error = await rejection(testClient({ baseUrl: `http://127.0.0.1:${port}`, clock }).submit(request));
    expect(error).toMatchObject({ code: 'network', retryable: true, billable: 'no', stage: 'submitting' });
    expect(clock.waits).toHaveLength(3);
  });
});
