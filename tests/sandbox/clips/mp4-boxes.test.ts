import { describe, expect, it } from 'vitest';
import { composeClip } from '#lib/sandbox/clips/clips.server.ts';
import { clearCreationTimes, freeBoxHeader } from '#lib/sandbox/clips/mp4-boxes.ts';

describe('clearCreationTimes', () => {
  it('leaves no trace of when a clip was composed', async () => {
    const mp4 = Buffer.from(
      await composeClip({ width: 624, height: 624, durationSeconds: 2, audio: true, variant: 0 }),
    );
    for (const [type, count] of [
      ['mvhd', 1],
      ['tkhd', 2],
      ['mdhd', 2],
    ] as const) {
      const places = allOf(mp4, type);
      expect(places).toHaveLength(count);
      // Type, version and flags, then creation and modification time.
      for (const place of places) expect(mp4.readBigUInt64BE(place + 8)).toBe(0n);
    }
  });

  it.each([
    [0, 8],
    [1, 16],
  ])('clears version %i by its own width and touches nothing else', (version, dateBytes) => {
    const payload = [version, 0, 0, 0, ...Array(20).fill(7)];
    const dated = [0, 0, 0, 8 + payload.length, ...Buffer.from('mvhd'), ...payload];
    const moov = Uint8Array.from([0, 0, 0, 8 + dated.length, ...Buffer.from('moov'), ...dated]);
    const cleared = [...clearCreationTimes(moov)].slice(16);
    expect(cleared).toEqual([version, 0, 0, 0, ...Array(dateBytes).fill(0), ...Array(20 - dateBytes).fill(7)]);
  });
});

it('a free box counts its own header', () => {
  expect([...freeBoxHeader(3)]).toEqual([0, 0, 0, 11, ...Buffer.from('free')]);
});

function allOf(mp4: Buffer, type: string): number[] {
  const places = [];
  for (let at = mp4.indexOf(type); at !== -1; at = mp4.indexOf(type, at + 1)) places.push(at);
  return places;
}
