import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PutOptions } from '#lib/stores/assets/asset-store.ts';
import { readVerified } from '#lib/stores/assets/verified-source.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** Reads a file of these bytes against the facts of others; gives what was passed on, and the error. */
async function read(text: string, expected = text, options: PutOptions = {}) {
  const path = join(temporaryFolder(), 'film');
  writeFileSync(path, text);
  const sha256 = createHash('sha256').update(expected).digest('hex');
  const facts = { sizeBytes: expected.length, sha256, mimeType: 'video/mp4' };
  const pieces: Buffer[] = [];
  const error = await readVerified(path, facts, options, (piece) => void pieces.push(Buffer.from(piece))).catch(
    (reason: unknown) => reason,
  );
  return { text: Buffer.concat(pieces).toString(), pieces: pieces.length, error };
}

describe('a file that is read against its facts', () => {
  it('is passed on piece by piece, with the bytes so far', async () => {
    const told: number[] = [];
    const text = 'x'.repeat(2_500_000);
    const { pieces, error } = await read(text, text, { onProgress: (bytes) => void told.push(bytes) });
    expect([pieces, error, told]).toEqual([3, undefined, [1_048_576, 2_097_152, 2_500_000]]);
    expect(await read('')).toMatchObject({ error: undefined });
  });

  it.each([
    ['shorter', 'film', 'films', /4 bytes instead of 5/],
    ['longer', 'films', 'film', /more than the 4 bytes/],
    ['another', 'filn', 'film', /other bytes/],
  ])('is refused when it is %s', async (_what, text, expected, message) => {
    const { error } = await read(text, expected);
    expect(error).toMatchObject({ code: 'integrity', message: expect.stringMatching(message) });
  });

  it('is read no further than it may be long', async () => {
    const { pieces, error } = await read('x'.repeat(2_500_000), 'x'.repeat(1_500_000));
    expect([pieces, error]).toEqual([1, expect.objectContaining({ code: 'integrity' })]);
  });

  it('is not read for somebody who has left, nor on', async () => {
    expect(await read('film', 'film', { signal: AbortSignal.abort() })).toMatchObject({
      ...{ pieces: 0, error: { code: 'aborted' } },
    });
    const stop = new AbortController();
    const text = 'x'.repeat(2_500_000);
    const { pieces, error } = await read(text, text, { signal: stop.signal, onProgress: () => stop.abort() });
    expect([pieces, error]).toEqual([1, expect.objectContaining({ code: 'aborted' })]);
  });

  it('that is not there is an error of the disk', async () => {
    const facts = { sizeBytes: 1, sha256: 'a', mimeType: 'video/mp4' };
    const reading = readVerified(join(temporaryFolder(), 'none'), facts, {}, () => {});
    await expect(reading).rejects.toMatchObject({ code: 'disk' });
  });
});
