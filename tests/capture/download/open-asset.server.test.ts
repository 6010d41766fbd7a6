import { describe, expect, test } from 'vitest';
import { openAsset } from '#lib/capture/capture.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';
import { answer, redirect, serve, startFaultServer } from '../../fixtures/wire/fault-server.ts';

const it = useCaptureCase();
const open = (headers: Record<string, string> = {}) =>
  openAsset({ url: it.server.url('/film?token=very-secret-token'), headers }, { allowPrivateNetwork: true });
const bytes = Buffer.alloc(100_000, 7);

describe('an asset that is opened', () => {
  test('gives its bytes, its status and its headers', async () => {
    it.server.script(serve(bytes));
    const { status, headers, body } = await open();
    expect([status, headers.get('content-length')]).toEqual([200, '100000']);
    expect(Buffer.from(await new Response(body).arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('is not judged: an error is an answer', async () => {
    it.server.script(answer(404, 'gone'));
    const { status, body } = await open();
    expect([status, await new Response(body).text()]).toEqual([404, 'gone']);
  });

  test('keeps its credentials to its own origin', async () => {
    const other = await startFaultServer(serve(bytes));
    it.server.script(redirect(other.url('/elsewhere')));
    const { body } = await open({ authorization: 'Bearer mine' });
    await body.cancel();
    expect(it.server.requests[0]?.headers.authorization).toBe('Bearer mine');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
    await other.close();
  });

  test('fails where it is cut, without its secrets', async () => {
    it.server.script(serve(bytes, { cutAt: 50_000 }));
    const { body } = await open();
    const error = await rejection(new Response(body).arrayBuffer());
    expect(error).toMatchObject({
      code: 'network',
      retryable: true,
      message: expect.stringContaining('50000 bytes before'),
    });
    await it.server.close();
    const refused = await rejection(open({ authorization: 'Bearer mine-0123456789' }));
    expect(refused).toMatchObject({ code: 'network' });
    expect(`${error} ${refused}`).not.toMatch(/very-secret|mine-0123/);
  });
});
