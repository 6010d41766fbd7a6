import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyVideo, jpeg, mov, mp4, png, webm, webp } from '#lib/capture/formats/formats.server.ts';
import { mediaFiles } from '../../fixtures/media-files.ts';
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

it('a QuickTime file says its duration and its size', async () => {
  expect((await inspected('mov', files.mov)).media).toMatchObject({ durationSeconds: 2, width: 320, height: 180 });
});
