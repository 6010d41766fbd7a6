import { describe, expect, it } from 'vitest';
import { createResultObject } from '#lib/sandbox/clips/result-object.server.ts';
import { facts } from '../../fixtures/mp4/film-facts.ts';
import { openSandbox } from '../../fixtures/sandbox-client.ts';

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

  it('can be padded to any size and stays whole', async () => {
    const client = await openSandbox({ minBytes: 3_000_001 });
    const { url } = await client.finishedLink();
    const { bytes } = await client.download(url);
    expect(bytes.length).toBe(3_000_001);
    expect(topBoxes(bytes)).toEqual({ types: ['ftyp', 'moov', 'mdat', 'free', 'free'], reachesEnd: true });
    expect(await facts(bytes)).toMatchObject({ durationSeconds: 2, width: 1280 });
  });
});

describe('an object', () => {
  const video = Buffer.from('a film');
  const parts = { video, label: 'SANDBOX', minBytes: 0, broken: false };
  const whole = Buffer.concat([video, Buffer.from([0, 0, 0, 15]), Buffer.from('freeSANDBOX')]);

  it('is given in pieces of the size that is asked for, from any byte on', async () => {
    const object = await createResultObject(parts);
    const pieces = [...object.pieces(2, whole.length - 1, 5)];
    expect(pieces.every(({ length }) => length <= 5)).toBe(true);
    expect(Buffer.concat(pieces).equals(whole.subarray(2, -1))).toBe(true);
  });

  it('that is broken lacks its last third, and its checksums fit what is left', async () => {
    const object = await createResultObject({ ...parts, broken: true });
    const bytes = Buffer.concat([...object.pieces(0, object.sizeBytes)]);
    expect(bytes.equals(whole.subarray(0, Math.floor((whole.length * 2) / 3)))).toBe(true);
    expect(object.crc64).not.toBe((await createResultObject(parts)).crc64);
  });

  it.each([3, 8, 3_000_000])('is padded by at least a box: %i bytes more', async (moreBytes) => {
    const object = await createResultObject({ ...parts, minBytes: whole.length + moreBytes });
    expect(object.sizeBytes).toBe(whole.length + Math.max(8, moreBytes));
  });
});
