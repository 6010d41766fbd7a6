import { describe, expect, it } from 'vitest';
import { checkRequest } from '#lib/scrape/record/check-request.ts';
import { ROME } from '../../fixtures/scrape/scrape-case.ts';

describe('a request', () => {
  it('may name a format and a height', () => {
    expect(() => checkRequest({ ...ROME, format: 'best', maxHeight: 720 })).not.toThrow();
  });

  it.each<[string, object]>([
    ['url', { url: 'ytsearch1:cat' }],
    ['url', { url: 'file:///etc/passwd' }],
    ['url', { url: '--exec' }],
    ['format', { format: '' }],
    ['maxHeight', { maxHeight: 0 }],
    ['maxHeight', { maxHeight: 1.5 }],
    ['channelId', { channelId: '..' }],
    ['videoId', { videoId: 'a/b' }],
  ])('must not have a wrong %s: %o', (field, wrong) => {
    const refused = expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(field) });
    expect(() => checkRequest({ ...ROME, ...wrong })).toThrow(refused);
  });
});
