import { describe, expect, it } from 'vitest';
import { equal, LinkSigner } from '#lib/sandbox/dashscope/world/signed-link.server.ts';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

describe('a link', () => {
  it('made for GET does not do for HEAD', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(403);
  });

  const signer = new LinkSigner('seed');
  const linkOf = (query: string) => new URL(`http://h/a/b.mp4?${query}`);

  it.each([
    [0, 'good'],
    [9_999, 'good'],
    [10_000, 'expired'],
  ])('that is good for ten seconds is at %i ms %s', (nowMs, state) => {
    expect(signer.check('GET', linkOf(signer.sign('/a/b.mp4', 10_999, 1)), nowMs)).toBe(state);
  });

  it.each(['Expires', 'OSSAccessKeyId', 'Signature'])('without its %s is unsigned', (name) => {
    const link = linkOf(signer.sign('/a/b.mp4', 10_000, 1));
    link.searchParams.delete(name);
    expect(signer.check('GET', link, 0)).toBe('unsigned');
  });

  it.each([
    ['for another path', signer.sign('/a/c.mp4', 10_000, 1)],
    ['with another seed', new LinkSigner('other').sign('/a/b.mp4', 10_000, 1)],
    ['with a later end', signer.sign('/a/b.mp4', 10_000, 1).replace('Expires=10', 'Expires=99')],
    ['with another number', signer.sign('/a/b.mp4', 10_000, 1).replace('000001', '000002')],
  ])('signed %s is tampered with', (_name, query) => {
    expect(signer.check('GET', linkOf(query), 0)).toBe('tampered');
  });

  it('can be told from the one before it', () => {
    expect(signer.sign('/a', 10_000, 1)).not.toBe(signer.sign('/a', 10_000, 2));
  });
});

it('compares texts of any length', () => {
  expect([equal('ab', 'ab'), equal('ab', 'ac'), equal('ab', 'abc'), equal('', '')]).toEqual([true, false, false, true]);
});
