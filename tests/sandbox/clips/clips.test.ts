import { readdirSync, statSync } from 'node:fs';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { LEGACY_SIZES, pictureSize, RATIOS, TIERS } from '#lib/sandbox/clips/clip-sizes.ts';
import { composeClip } from '#lib/sandbox/clips/clips.server.ts';
import { openSandbox } from '../../fixtures/sandbox-client.ts';

const CLIPS = 'src/lib/sandbox/clips/files';
const MAX_TOTAL_BYTES = 4 * 1024 * 1024;

/** Box types and whether their sizes add up to the end of the file. */
function topBoxes(mp4: Buffer): { types: string[]; reachesEnd: boolean } {
  const types: string[] = [];
  let offset = 0;
  while (offset + 8 <= mp4.length) {
    types.push(mp4.toString('latin1', offset + 4, offset + 8));
    offset += mp4.readUInt32BE(offset);
  }
  return { types, reachesEnd: offset === mp4.length };
}

async function facts(mp4: Uint8Array) {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(mp4) });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  return {
    durationSeconds: await input.computeDuration(),
    width: await video?.getDisplayWidth(),
    height: await video?.getDisplayHeight(),
    video: await video?.getCodec(),
    audio: (await audio?.getCodec()) ?? null,
  };
}

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
});

describe('a delivered video', () => {
  it.each([
    ['wan2.7-t2v', { resolution: '720P', ratio: '9:16', duration: 7 }, 7, 720, 1280, 'aac'],
    ['wan3.0-video', { resolution: '480P', ratio: '21:9', duration: 4, audio: false }, 4, 1120, 480, null],
    ['wan3.0-video', { resolution: '480P', ratio: 'adaptive', duration: 4 }, 4, 832, 480, 'aac'],
    ['wan2.2-t2v-plus', { size: '480*832' }, 5, 480, 832, null],
    ['wan2.6-t2v', { size: '1920*1080', duration: 2 }, 2, 1920, 1080, 'aac'],
  ])('%s %o is whole and as asked', async (model, parameters, durationSeconds, width, height, audio) => {
    const client = await openSandbox();
    const taskId = await client.submit({ model, input: { prompt: 'a harbour' }, parameters });
    client.clock.advance(1000);
    const { bytes } = await client.download(await client.link(taskId));
    expect(await facts(bytes)).toEqual({ durationSeconds, width, height, video: 'avc', audio });
    expect(topBoxes(bytes)).toEqual({ types: ['ftyp', 'moov', 'mdat', 'free'], reachesEnd: true });
    expect(bytes.toString('latin1')).toContain(`SANDBOX task ${taskId}`);
  });

  it('is unlike that of another prompt, and of another task with the same prompt', async () => {
    const client = await openSandbox();
    const etags = new Set();
    for (const prompt of ['a harbour', 'a hill', 'a hill']) {
      const { url } = await client.finishedLink(prompt);
      etags.add((await client.download(url)).response.headers.get('etag'));
    }
    expect(etags.size).toBe(3);
  });

  it('shows another picture for another prompt', async () => {
    const ends = new Set();
    for (const variant of [0, 1, 2, 3]) {
      const mp4 = await composeClip({ width: 1280, height: 720, durationSeconds: 2, audio: false, variant });
      ends.add(Buffer.from(mp4.subarray(-64)).toString('hex'));
    }
    expect(ends.size).toBe(4);
  });

  it('can be padded to any size and stays whole', async () => {
    const client = await openSandbox({ minBytes: 3_000_001 });
    const { url } = await client.finishedLink();
    const { bytes } = await client.download(url);
    expect(bytes.length).toBe(3_000_001);
    expect(topBoxes(bytes)).toEqual({ types: ['ftyp', 'moov', 'mdat', 'free', 'free'], reachesEnd: true });
    expect(await facts(bytes)).toMatchObject({ durationSeconds: 2, width: 1280 });
  });
});
