import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

const HOUR_MS = 3_600_000;

describe('a link', () => {
  it.each([
    ['another signature', (url: string) => url.replace('Signature=', 'Signature=x'), {}, 403, 'SignatureDoesNotMatch'],
    ['a later expiry', (url: string) => url.replace(/Expires=(\d+)/, 'Expires=9$1'), {}, 403, 'SignatureDoesNotMatch'],
    ['another key id', (url: string) => url.replace('KeyId=', 'KeyId=x'), {}, 403, 'SignatureDoesNotMatch'],
    ['another object', (url: string) => url.replace('.mp4', 'x.mp4'), {}, 403, 'SignatureDoesNotMatch'],
    ['an x-oss- header', (url: string) => url, { 'x-oss-range-behavior': 'standard' }, 403, 'SignatureDoesNotMatch'],
    ['no query', (url: string) => url.replace(/\?.*/, ''), {}, 403, 'AccessDenied'],
    ['an Authorization header', (url: string) => url, { authorization: 'Bearer sk-leaked' }, 400, 'InvalidArgument'],
  ])('with %s is refused in XML', async (_name, change, headers, status, code) => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    const { response, bytes } = await client.download(change(url), headers);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/xml']);
    expect(bytes.toString()).toContain(`<Code>${code}</Code>`);
  });

  it('expires, and reading the task again gives a fresh one', async () => {
    const client = await openSandbox({ linkTtlMs: HOUR_MS });
    const { taskId, url } = await client.finishedLink();
    expect(new URL(url).searchParams.get('Expires')).toBe(String((client.clock.now() + HOUR_MS) / 1000));
    client.clock.advance(HOUR_MS);
    const { response, bytes } = await client.download(url);
    expect(response.status).toBe(403);
    expect(bytes.toString()).toMatch(
      /<Message>Request has expired\.<\/Message>[\s\S]*<Expires>.*Z<\/Expires>[\s\S]*<ServerTime>/,
    );
    const fresh = await client.link(taskId);
    expect(fresh).not.toBe(url);
    expect((await client.download(fresh)).response.status).toBe(200);
  });

  it('differs at every reading, and never outlives the object', async () => {
    const client = await openSandbox();
    const { taskId, url } = await client.finishedLink();
    const expiry = (link: string) => Number(new URL(link).searchParams.get('Expires')) * 1000;
    client.clock.advance(20 * HOUR_MS);
    const later = await client.link(taskId);
    expect(later).not.toBe(url);
    expect(expiry(later)).toBeLessThanOrEqual(Date.UTC(2026, 10, 22) + 1000);
  });

  it('to nothing is NoSuchKey, to a host path that is not there a refusal', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    client.sandbox.reset();
    expect((await client.download(url)).bytes.toString()).toContain('<Code>NoSuchKey</Code>');
    expect((await fetch(new URL('/elsewhere', url))).status).toBe(403);
  });
});
