import { describe, expect, it } from 'vitest';
import { ID } from '#lib/capture/formats/webm/element.server.ts';
import { readTracks } from '#lib/capture/formats/webm/tracks.server.ts';
import { inMemory } from '../../../fixtures/media-files.ts';

/** An element with a size of one byte. */
function element(id: number, ...content: Array<Buffer | number>): Buffer {
  const bytes = Buffer.concat(content.map((one) => (typeof one === 'number' ? number(one) : one)));
  return Buffer.concat([number(id), Buffer.from([0x80 | bytes.length]), bytes]);
}

function number(value: number): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}

const [PICTURES, SOUND, SUBTITLES] = [1, 2, 17];
const track = (type: number, ...more: Buffer[]) => element(ID.trackEntry, element(ID.trackType, type), ...more);
const pixels = (...sizes: Array<[id: number, value: number]>) =>
  element(ID.video, ...sizes.map(([id, value]) => element(id, value)));
const SIZE = pixels([ID.pixelWidth, 720], [ID.pixelHeight, 576]);

async function read(...entries: Buffer[]) {
  const bytes = Buffer.concat(entries);
  return readTracks(inMemory(bytes), { id: ID.tracks, start: 0, end: bytes.length, isOpen: false });
}

describe('the tracks of a WebM video', () => {
  it('say the size of the first pictures, and whether there is sound', async () => {
    const second = track(PICTURES, pixels([ID.pixelWidth, 10], [ID.pixelHeight, 20]));
    expect(await read(track(PICTURES, SIZE), second)).toEqual({ width: 720, height: 576, hasAudio: false });
    expect(await read(track(SUBTITLES), track(SOUND), track(PICTURES, SIZE))).toMatchObject({
      width: 720,
      hasAudio: true,
    });
  });

  it('say how large the pictures are shown, where that is in pixels', async () => {
    const shown = [
      [ID.pixelWidth, 720],
      [ID.pixelHeight, 576],
      [ID.displayWidth, 1024],
      [ID.displayHeight, 577],
    ] as const;
    const sizes = shown.map(([id, value]): [number, number] => [id, value]);
    expect(await read(track(PICTURES, pixels(...sizes)))).toMatchObject({ width: 1024, height: 577 });
    // A ratio, or centimetres.
    const ratio = pixels(...sizes, [ID.displayUnit, 3]);
    expect(await read(track(PICTURES, ratio))).toMatchObject({ width: 720, height: 576 });
  });

  it('may leave the size open', async () => {
    expect(await read(track(PICTURES))).toEqual({ hasAudio: false });
    expect(await read(track(PICTURES, pixels([ID.pixelWidth, 720])))).toEqual({ width: 720, hasAudio: false });
  });

  it('have pictures, or it is no video', async () => {
    await expect(read(track(SOUND))).rejects.toThrow('it has no video track');
    await expect(read(element(ID.trackEntry))).rejects.toThrow('it has no video track');
  });
});
