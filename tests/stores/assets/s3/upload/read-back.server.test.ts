import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ContentReader, compare, hasContent } from '#lib/stores/assets/s3/upload/read-back.server.ts';
import { sdkError } from '../../../../fixtures/servers/memory-objects.ts';
import { impatientClock } from '../../../../fixtures/servers/s3-stores.ts';

const sha256 = createHash('sha256').update('a film').digest('hex');
const FACTS = { sizeBytes: 6, sha256, mimeType: 'video/mp4' };
const HEAD = { sizeBytes: 6, sha256, modifiedAt: new Date(0), etag: 'tag' };

describe('what is at a name', () => {
  it.each([
    ['nothing', undefined, 'nothing'],
    ['our file', HEAD, 'same'],
    ['a file of our size, of a store that keeps no metadata', { ...HEAD, sha256: undefined }, 'same'],
    ['another file of our size', { ...HEAD, sha256: 'ff' }, 'other'],
    ['a file of another size', { ...HEAD, sizeBytes: 7 }, 'other'],
  ])('is %s', (_what, head, kind) => {
    expect(compare(head, FACTS).kind).toBe(kind);
  });
});

/** @param answers each a content, or what reading fails with */
function reader(...answers: Array<string | Error>) {
  const reads: string[] = [];
  const content: ContentReader = {
    limits: { clock: impatientClock(), stallTimeoutMs: 60_000, patienceMs: 180_000 },
    read: async (key, { etag }) => {
      reads.push(`${key} ${etag}`);
      const answer = answers.shift() ?? '';
      return (async function* () {
        if (answer instanceof Error) {
          yield Buffer.from('a fi');
          throw answer;
        }
        for (const letter of answer) yield Buffer.from(letter);
      })();
    },
  };
  return { content, reads };
}

describe('whether an object has these bytes', () => {
  it('is proved by its tag and our checksum, without reading it', async () => {
    const { content, reads } = reader();
    expect([await hasContent(content, 'k', HEAD, FACTS, 'tag'), reads]).toEqual([true, []]);
  });

  it('is refuted by its size, without reading it', async () => {
    const { content, reads } = reader();
    expect([await hasContent(content, 'k', { ...HEAD, sizeBytes: 7 }, FACTS, 'tag'), reads]).toEqual([false, []]);
  });

  it.each([
    ['has no tag', { ...HEAD, etag: '' }],
    ['has a tag that is no checksum', { ...HEAD, etag: 'other' }],
    ['does not say our checksum', { ...HEAD, sha256: undefined }],
  ])('is read once where it %s', async (_what, head) => {
    const same = reader('a film');
    expect(await hasContent(same.content, 'k', head, FACTS, 'tag')).toBe(true);
    expect(same.reads).toEqual([`k ${head.etag}`]);
    expect(await hasContent(reader('a fiml').content, 'k', head, FACTS, 'tag')).toBe(false);
    expect(await hasContent(reader('a fil').content, 'k', head, FACTS, 'tag')).toBe(false);
  });

  it('is read again from its beginning where reading breaks off', async () => {
    const { content, reads } = reader(sdkError(503, 'SlowDown'), 'a film');
    expect([await hasContent(content, 'k', { ...HEAD, etag: '' }, FACTS, 'tag'), reads.length]).toEqual([true, 2]);
  });

  it('is not known where it may not be read', async () => {
    const { content } = reader(sdkError(403, 'AccessDenied'));
    const known = hasContent(content, 'k', { ...HEAD, etag: '' }, FACTS, 'tag');
    await expect(known).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
