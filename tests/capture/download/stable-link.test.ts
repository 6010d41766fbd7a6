import { beforeAll, describe, expect, test } from 'vitest';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, redirect, serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 20_000 });
});
const it = useCaptureCase();
const inMs = (ms: number) => new Date(it.clock.now() + ms);

describe('a link that does not change', () => {
  test.each([[404], [401], [403]])('is tried again after %i, until it gives its file', async (status) => {
    const refusal = answer(status, '{"error":{"message":"not here"}}');
    it.server.script(refusal, refusal, refusal, serve(video));
    await it.capture({ isStable: true, expiresAt: inMs(3_600_000) });
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(it.server.requests).toHaveLength(4);
  });

  test.each([
    [404, 'expired'],
    [401, 'auth'],
  ])('fails after its deadline with the answer of the server: %i', async (status, code) => {
    const startMs = it.clock.now();
    it.server.script(...Array.from({ length: 300 }, () => answer(status, 'gone')));
    const error = await it.failure({ isStable: true, expiresAt: inMs(600_000) });
    expect(error).toMatchObject({ code, message: expect.stringContaining(`answered ${status}`) });
    expect(it.clock.now() - startMs).toBeGreaterThan(600_000);
  });

  test('is at an end with 410, and any other link with 404', async () => {
    it.server.script(answer(410, 'gone'), answer(404, 'gone'));
    expect(await it.failure({ isStable: true, expiresAt: inMs(600_000) })).toMatchObject({ code: 'expired' });
    expect(await it.failure({ expiresAt: inMs(600_000) })).toMatchObject({ code: 'expired' });
    expect(it.server.requests).toHaveLength(2);
  });
});

describe('a trusted origin', () => {
  const options = () => ({ allowPrivateNetwork: false, trustedOrigin: `http://127.0.0.1:${it.server.port}` });

  test('may have a private address', async () => {
    it.server.script(serve(video));
    await it.capture({}, options());
    expect(it.finalBytes()?.equals(video)).toBe(true);
    expect(await it.failure({}, { allowPrivateNetwork: false })).toMatchObject({ code: 'blocked-address' });
  });

  test.each([
    ['another port', (port: number) => `http://127.0.0.1:${port + 1}/x.mp4`],
    ['another address', () => 'http://127.0.0.2/x.mp4'],
    ['the metadata service', () => 'http://169.254.169.254/latest'],
  ])('may not redirect to %s', async (_name, location) => {
    it.server.script(redirect(location(it.server.port)));
    expect(await it.failure({}, options())).toMatchObject({ code: 'blocked-address' });
    expect(it.server.requests).toHaveLength(1);
  });
});
