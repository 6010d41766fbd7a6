import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyVideo, jpeg, mov, mp4, png, webm, webp } from '#lib/capture/formats/formats.server.ts';
import { makeJpeg, makePng, makeWebm, mediaFiles, pngChunk, WEBPS } from '../../fixtures/media-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const FORMATS = { mp4, mov, webm, webp, jpeg, png, video: anyVideo };
type Name = Exclude<keyof typeof FORMATS, 'video'>;
const NAMES = (Object.keys(FORMATS) as Array<keyof typeof FORMATS>).filter((name) => name !== 'video');
const DAMAGED = /^(it|its|at byte|one of its|\d+ stray bytes) /;

let files: Record<Name, Buffer>;
beforeAll(async () => {
  files = await mediaFiles();
});

/** As a download is held against its format: by its first bytes, then as a whole. */
async function problemOf(name: Name | 'video', bytes: Buffer): Promise<string | undefined> {
  const format = FORMATS[name];
  if (!format.startsLike(bytes.subarray(0, format.sniffBytes))) return 'it does not begin so';
  return (await inspected(name, bytes)).problem;
}

async function inspected(name: Name | 'video', bytes: Buffer) {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, bytes);
  return FORMATS[name].inspect(path);
}

describe.each(NAMES)('%s', (name) => {
  it('takes a whole file', async () => {
    expect(await problemOf(name, files[name])).toBeUndefined();
    expect(FORMATS[name].name).toBe(name);
  });

  it('refuses a file that is cut, wherever that is', async () => {
    const passed: number[] = [];
    for (let length = 0; length < files[name].length; length += 1 + Math.floor(length / 200)) {
      if ((await problemOf(name, files[name].subarray(0, length))) === undefined) passed.push(length);
    }
    expect(passed).toEqual([]);
    expect((await inspected(name, files[name].subarray(0, -1))).problem).toMatch(DAMAGED);
  });

  it('refuses the files of the others', async () => {
    for (const other of NAMES.filter((one) => one !== name)) {
      // A QuickTime file is read by every player of MP4.
      const isTaken = name === 'mp4' && other === 'mov';
      expect((await problemOf(name, files[other])) === undefined, other).toBe(isTaken);
    }
  });

  it.each([
    '<!doctype html><h1>Not found</h1>',
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    '{"error":"gone"}',
    'Service Unavailable',
    '',
  ])('refuses %j, however it goes on', async (page) => {
    const long = Buffer.from(page.padEnd(40_000));
    expect(FORMATS[name].startsLike(long)).toBe(false);
    expect((await inspected(name, long)).problem).toMatch(DAMAGED);
  });

  it('refuses an error page in place of its end', async () => {
    const half = files[name].subarray(0, files[name].length / 2);
    expect(await problemOf(name, Buffer.concat([half, Buffer.from('<html><h1>502</h1></html>')]))).toBeDefined();
  });

  it('notes what stands behind it', async () => {
    const { problem, notes } = await inspected(name, Buffer.concat([files[name], Buffer.alloc(7)]));
    expect(problem).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('7 ')]);
  });
});

describe('any video', () => {
  it.each(['mp4', 'mov', 'webm'] as const)('is a %s, and says so', async (name) => {
    expect(anyVideo.startsLike(files[name].subarray(0, anyVideo.sniffBytes))).toBe(true);
    const { problem, mimeType } = await inspected('video', files[name]);
    expect({ problem, mimeType }).toEqual({ problem: undefined, mimeType: FORMATS[name].mimeType });
  });

  it.each(['webp', 'jpeg', 'png'] as const)('is no %s', async (name) => {
    expect(await problemOf('video', files[name])).toBeDefined();
    expect((await inspected('video', files[name])).problem).toBe('it does not start like a video');
  });
});

describe('what a file says of itself', () => {
  it('png: its size', async () => {
    expect((await inspected('png', makePng(7, 5))).media).toEqual({ width: 7, height: 5 });
  });

  it('jpeg: the size of the picture and not of its thumbnail', async () => {
    const bytes = makeJpeg({ thumbnail: true });
    const frame = bytes.lastIndexOf(Buffer.from([0xff, 0xc9]));
    bytes.writeUInt16BE(480, frame + 5);
    bytes.writeUInt16BE(640, frame + 7);
    expect(await inspected('jpeg', bytes)).toEqual({ media: { width: 640, height: 480 } });
  });

  it.each(Object.entries(WEBPS))('webp %s: its size', async (_kind, bytes) => {
    expect(await inspected('webp', bytes)).toEqual({ media: { width: 1, height: 1 } });
  });

  it('webm: duration, size and sound', async () => {
    expect(await inspected('webm', await makeWebm({ width: 640, height: 360 }))).toEqual({
      media: { durationSeconds: 2, width: 640, height: 360, hasAudio: false },
    });
  });

  it('mov: duration, size and sound', async () => {
    expect((await inspected('mov', files.mov)).media).toMatchObject({ durationSeconds: 2, width: 320, height: 180 });
  });
});

describe('damage', () => {
  it('png: a changed byte shows in the checksum of its chunk', async () => {
    for (let at = 8; at < files.png.length; at += 1) {
      const bytes = Buffer.from(files.png);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect((await inspected('png', bytes)).problem, `byte ${at}`).toBeDefined();
    }
  });

  it('png: with no picture between head and end', async () => {
    const [head, end] = [files.png.subarray(0, 33), pngChunk('IEND', Buffer.alloc(0))];
    expect((await inspected('png', Buffer.concat([head, end]))).problem).toBe('it contains no picture');
  });

  it('webm: another kind of Matroska', async () => {
    const bytes = Buffer.from(files.webm);
    bytes.write('mkvx', bytes.indexOf('webm'));
    expect((await inspected('webm', bytes)).problem).toContain('mkvx');
  });

  it('webm: a live recording states no size, so that a cut between its parts does not show', async () => {
    const live = await makeWebm({ isLive: true });
    expect(await inspected('webm', live)).toMatchObject({
      isOpenEnded: true,
      notes: [expect.stringContaining('no size')],
    });
    let open = 0;
    for (let length = 0; length < live.length; length += 1) {
      const { problem, isOpenEnded } = await inspected('webm', live.subarray(0, length));
      if (problem !== undefined) continue;
      open += 1;
      expect(isOpenEnded, `${length} bytes`).toBe(true);
    }
    expect(open).toBeLessThan(40);
  });
});
