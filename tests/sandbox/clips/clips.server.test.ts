import { readdirSync, statSync } from 'node:fs';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { LEGACY_SIZES, pictureSize, RATIOS, TIERS } from '#lib/sandbox/clips/clip-sizes.ts';
import { composeClip } from '#lib/sandbox/clips/clips.server.ts';
import { facts } from '../../fixtures/mp4/film-facts.ts';

const CLIPS = 'src/lib/sandbox/clips/files';
const MAX_TOTAL_BYTES = 4 * 1024 * 1024;

describe('the shipped clips', () => {
  it('are there for every tier and ratio, and weigh under 4 MB together', async () => {
    const names = readdirSync(CLIPS);
    const total = names.reduce((sum, name) => sum + statSync(`${CLIPS}/${name}`).size, 0);
    expect(total).toBeLessThan(MAX_TOTAL_BYTES);
    expect(names.every((name) => /^(\d+x\d+-[a-z]+\.mp4|ambience\.m4a)$/.test(name))).toBe(true);
  });

  it.each(RATIOS.flatMap((ratio) => TIERS.map((tier) => [tier, ratio] as const)))('%s %s', async (tier, ratio) => {
    const mp4 = await composeClip({ ...pictureSize(tier, ratio), durationSeconds: 2, audio: true, variant: 0 });
    expect(await facts(mp4)).toEqual({ durationSeconds: 2, video: 'avc', audio: 'aac', ...pictureSize(tier, ratio) });
  });

  it.each(TIERS.flatMap((tier) => LEGACY_SIZES[tier]))('legacy %s', async (size) => {
    const [width = 0, height = 0] = size.split('*').map(Number);
    const mp4 = await composeClip({ width, height, durationSeconds: 2, audio: false, variant: 0 });
    expect(await facts(mp4)).toMatchObject({ width, height });
  });

  it.each([2, 5, 8, 9, 15, 30])('can be strung together to %i s', async (durationSeconds) => {
    const mp4 = await composeClip({ width: 624, height: 624, durationSeconds, audio: true, variant: 0 });
    expect((await facts(mp4)).durationSeconds).toBeCloseTo(durationSeconds, 3);
    const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(mp4) });
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Error('no video');
    const times = [];
    for await (const packet of new EncodedPacketSink(track).packets()) times.push(packet.timestamp);
    expect(times.length).toBe(durationSeconds * 30);
    expect(times.every((time, index) => Math.abs(time - index / 30) < 0.001)).toBe(true);
  });

  it('shows another picture for another prompt', async () => {
    const ends = new Set();
    for (const variant of [0, 1, 2, 3]) {
      const mp4 = await composeClip({ width: 1280, height: 720, durationSeconds: 2, audio: false, variant });
      ends.add(Buffer.from(mp4.subarray(-64)).toString('hex'));
    }
    expect(ends.size).toBe(4);
  });
});
