import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { uploadBody } from '#lib/web/media/upload-body.server.ts';
import { frontDoor } from '#lib/web/server/front-door.server.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const PATH = '/api/media/p/files/a.mp4';

/** As the adapter hands it on: it has taken the request for one without a body. */
function bodyOf(incoming: IncomingMessage) {
  const request = new Request('http://localhost/', { method: 'PUT' });
  return uploadBody({ request, platform: { req: incoming } });
}

async function door(answer: (incoming: IncomingMessage) => Promise<string>) {
  return loopback(frontDoor((incoming, response) => void answer(incoming).then((text) => response.end(text))));
}

describe('the body of an upload', () => {
  it.each([
    ['with its length', {}],
    ['in pieces', { duplex: 'half' as const }],
  ])('is kept from the adapter, and read whole %s', async (_how, options) => {
    const bytes = new Uint8Array(3_000_000).fill(7);
    const origin = await door(async (incoming) => {
      const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers;
      const received = await new Response(bodyOf(incoming)).bytes();
      return `${length} ${encoding} ${received.length} ${received.every((byte) => byte === 7)}`;
    });
    const body = 'duplex' in options ? new Blob([bytes]).stream() : bytes;
    const answer = await fetch(`${origin}${PATH}?item=a`, { method: 'PUT', body, ...options });
    expect(await answer.text()).toBe('0 undefined 3000000 true');
  });

  it('is as it was for every other request', async () => {
    const origin = await door(async ({ headers }) => String(headers['content-length']));
    const lengthOf = async (path: string, method = 'PUT') =>
      (await fetch(origin + path, { method, body: 'four' })).text();
    expect(await lengthOf('/api/media/p/files')).toBe('4');
    expect(await lengthOf('/api/media/p/items')).toBe('4');
    expect(await lengthOf(PATH, 'POST')).toBe('4');
    expect(await lengthOf(`${PATH}/more`)).toBe('4');
  });

  it('can be refused half way, with an answer', async () => {
    const origin = await door(async (incoming) => {
      const body = bodyOf(incoming);
      for await (const _piece of body ?? []) break;
      return 'refused';
    });
    const answer = await fetch(origin + PATH, { method: 'PUT', body: new Uint8Array(1_000_000) });
    expect(await answer.text()).toBe('refused');
  });

  it('fails when its sender leaves', async () => {
    const failures: unknown[] = [];
    const origin = await door(async (incoming) => {
      await new Response(bodyOf(incoming)).bytes().catch((error) => failures.push(error));
      return '';
    });
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname);
    socket.write(`PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf`, () => socket.destroy());
    await expect.poll(() => failures).toEqual([expect.any(Error)]);
  });
});
