import { beforeAll, describe, expect, it } from 'vitest';
import { inspectWebm } from '#lib/capture/formats/webm.server.ts';
import { inMemory, makeWebm } from '../../fixtures/media-files.ts';

let film: Buffer;
beforeAll(async () => {
  film = await makeWebm({ width: 640, height: 360 });
});
const read = (bytes: Buffer) => inspectWebm(inMemory(bytes));

/** The film with each such element, and each place that points to one, under an id that nobody knows. */
function without(hexId: string): Buffer {
  const unknown = hexId.length === 8 ? '1fffffef' : '40ec';
  const bytes = Buffer.from(film.toString('hex').replaceAll(hexId, unknown), 'hex');
  expect(bytes.equals(film)).toBe(false);
  return bytes;
}

describe('a WebM video', () => {
  it('says its duration, its size and whether it has sound', async () => {
    expect(await read(film)).toEqual({
      media: { durationSeconds: 2, width: 640, height: 360, hasAudio: false },
    });
  });

  it('without a duration has none', async () => {
    expect((await read(without('4489'))).media).toEqual({ width: 640, height: 360, hasAudio: false });
  });

  it.each([
    ['1654ae6b', 'it describes no tracks'],
    ['1f43b675', 'it contains no frames'],
    ['18538067', 'it has no segment'],
    ['4282', 'it does not declare itself as WebM'],
  ])('without its element %s is not whole', async (id, problem) => {
    await expect(read(without(id))).rejects.toThrow(problem);
  });

  it('is no other kind of Matroska', async () => {
    const bytes = Buffer.from(film);
    bytes.write('mkvx', bytes.indexOf('webm'));
    await expect(read(bytes)).rejects.toThrow('"mkvx"');
  });

  it('of a live recording states no size, so that a cut between its parts does not show', async () => {
    const live = await makeWebm({ isLive: true });
    expect(await read(live)).toMatchObject({ isOpenEnded: true, notes: [expect.stringContaining('no size')] });
    const whole: unknown[] = [];
    for (let length = 0; length < live.length; length += 1) {
      await read(live.subarray(0, length)).then(
        ({ isOpenEnded }) => whole.push(isOpenEnded),
        () => undefined,
      );
    }
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.length).toBeLessThan(40);
    expect(whole.every((isOpenEnded) => isOpenEnded === true)).toBe(true);
  });
});
