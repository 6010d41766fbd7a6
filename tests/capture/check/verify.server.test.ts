import { describe, expect, test } from 'vitest';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { verifyPart } from '#lib/capture/check/verify.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { PartFile } from '#lib/capture/part/file.server.ts';
import { prepareCapturePaths } from '#lib/capture/part/paths.server.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { box, film, fragmentedFilm, PICTURES } from '../../fixtures/mp4/mp4-builder.ts';
import { cutBehind } from '../../fixtures/mp4/mp4-surgery.ts';
import { serve } from '../../fixtures/wire/fault-server.ts';

const it = useCaptureCase();
const NOTHING = { sizeBytes: undefined, crc64: undefined, sha256: undefined };

describe('a captured file', () => {
  test.each([
    [
      'a damaged box that no picture depends on',
      film({ tracks: [{ ...PICTURES, described: [box('colr', 'nclx')] }] }),
      'colr',
    ],
    ['zeros behind it', Buffer.concat([film(), Buffer.alloc(512)]), '512 bytes'],
    ['a label behind it', Buffer.concat([film(), Buffer.from('\n{"AIGC":"1"}')]), '13 bytes'],
  ])('a whole video with %s is a video, and says so in a note', async (_name, odd, note) => {
    it.server.script(serve(odd));
    const { attempts, verified, notes } = await it.capture();
    expect({ attempts, verified }).toEqual({ attempts: 1, verified: ['length', 'mp4'] });
    expect(notes).toEqual([expect.stringContaining(note)]);
    expect(it.finalBytes()?.equals(odd)).toBe(true);
    expect(await inspectAsset(it.finalPath, mp4)).toMatchObject({ notes });
  });

  test('a whole video has no note', async () => {
    it.server.script(serve(film()));
    expect(await it.capture()).not.toHaveProperty('notes');
  });

  test('a video whose announced length holds and whose pictures are not all there is none', async () => {
    it.server.script(serve(cutBehind(fragmentedFilm(), 'moof', 1)));
    expect(await it.failure()).toMatchObject({ code: 'not-a-video', stage: 'verifying' });
    expect(await it.files()).toEqual([]);
  });
});

describe('a part', () => {
  interface Case {
    expected?: Parameters<typeof PartFile.open>[1];
    totalBytes?: number;
    crc64?: string;
    endedByClose?: boolean;
    hasEndedHere?: boolean;
  }
  /** What the check says of a part that holds these bytes. */
  async function verify(bytes: Buffer, { expected = NOTHING, endedByClose, hasEndedHere = false, ...facts }: Case) {
    const paths = await prepareCapturePaths(it.finalPath);
    const part = await PartFile.open(paths, expected, 'https://h/v.mp4');
    try {
      await part.beginWhole(facts, 'https://h/v.mp4');
      await part.append(bytes);
      await part.settle();
      part.endedByClose = endedByClose ?? false;
      return await verifyPart(part, paths.part, { expected, format: mp4 }, hasEndedHere);
    } finally {
      await part.discard();
    }
  }

  test.each<[string, Case, string]>([
    ['a length of the server', { totalBytes: 5 }, `wrong size in bytes: ${film().length} instead of 5`],
    ['a length of the caller', { expected: { ...NOTHING, sizeBytes: 6 } }, 'instead of 6'],
    ['one of two lengths', { totalBytes: film().length, expected: { ...NOTHING, sizeBytes: 6 } }, 'instead of 6'],
    ['a CRC-64', { crc64: '7' }, 'instead of 7'],
    ['a SHA-256', { expected: { ...NOTHING, sha256: 'ab' } }, 'instead of ab'],
  ])('that differs from %s is refused', async (_name, facts, message) => {
    await expect(verify(film(), facts)).rejects.toMatchObject({
      code: 'integrity',
      stage: 'verifying',
      message: expect.stringContaining(message),
    });
  });

  test('that nothing vouches for is proved by its own boxes', async () => {
    expect(await verify(film(), {})).toMatchObject({ verified: ['mp4'], sizeBytes: film().length });
  });

  test('that nothing vouches for and that is cut is fetched again', async () => {
    const cut = verify(cutBehind(fragmentedFilm(), 'moof', 1), { endedByClose: true });
    await expect(cut).rejects.toMatchObject({ name: 'Setback', kind: 'later', code: 'integrity' });
  });

  test('in fragments that only the connection closed is believed at the second time', async () => {
    const first = verify(fragmentedFilm(), { endedByClose: true });
    await expect(first).rejects.toMatchObject({
      kind: 'later',
      message: expect.stringContaining('more of it may follow'),
    });
    const second = await verify(fragmentedFilm(), { endedByClose: true, hasEndedHere: true });
    expect(second.notes).toEqual([expect.stringContaining('two downloads had the same length')]);
  });

  test('that ends within a box that no player needs is believed at the second time, or with its length', async () => {
    const cut = Buffer.concat([film(), box('uuid', 'x'.repeat(40))]).subarray(0, -9);
    for (const endedByClose of [true, false]) {
      await expect(verify(cut, { endedByClose })).rejects.toMatchObject({ kind: 'later' });
    }
    const notes = [expect.stringContaining('uuid box ends 9 bytes after'), expect.stringContaining('the same length')];
    expect((await verify(cut, { endedByClose: true, hasEndedHere: true })).notes).toEqual(notes);
    expect((await verify(cut, { endedByClose: true, totalBytes: cut.length })).notes).toEqual(notes.slice(0, 1));
  });

  test.each<[string, Buffer, Case]>([
    ['an end of its own', fragmentedFilm({ hasMfra: true }), { endedByClose: true }],
    ['a last chunk', fragmentedFilm(), {}],
    ['a length', fragmentedFilm(), { endedByClose: true, totalBytes: fragmentedFilm().length }],
  ])('in fragments with %s is believed at once', async (_name, bytes, facts) => {
    expect(await verify(bytes, facts)).not.toHaveProperty('notes');
  });
});
