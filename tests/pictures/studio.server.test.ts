import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Order, Studio } from '#lib/pictures/studio.server.ts';
import type { WholePicture } from '#lib/pictures/types.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const TYPES: Record<string, string> = { poster: 'image/webp', posterSmall: 'image/webp', spriteSheet: 'image/jpeg' };
const picture = (name: string, width = 1280, height = 720): WholePicture => ({
  ...{ name, sizeBytes: 1, sha256: name, mimeType: TYPES[name] ?? 'image/webp', width, height },
});

interface Setting {
  durationSeconds?: number;
  delivered?: Order['delivered'];
  /** Whole pictures beside the film, with their widths. */
  beside?: Record<string, number>;
  /** What ffmpeg says where it draws nothing; `none`: it is not installed. */
  ffmpeg?: 'draws' | 'none' | { errors: string };
  isOver?: boolean;
}

/** Has the pictures of a film made; ffmpeg is one that draws whatever it is asked for. */
async function work({ durationSeconds = 10, delivered = {}, beside = {}, ffmpeg = 'draws', isOver = false }: Setting) {
  const folder = temporaryFolder();
  const pathOf = (name: string) => join(folder, name);
  const whole = new Map(Object.entries(beside).map(([name, width]) => [pathOf(name), picture(name, width)]));
  const calls: string[][] = [];
  const run = async (args: readonly string[]) => {
    calls.push([...args]);
    if (typeof ffmpeg === 'object') return { output: '', errors: ffmpeg.errors, exitCode: 1 };
    for (const name of Object.keys(TYPES)) {
      if (args.some((one) => one.endsWith(`/${name}`))) whole.set(pathOf(name), picture(name));
    }
    return { output: 'lavfi.signalstats.YAVG=100', errors: '', exitCode: 0 };
  };
  const order: Order = {
    film: { path: pathOf('rome.mp4'), sha256: 'film', durationSeconds },
    drafts: { pathOf, keep: async (kind) => picture(kind) },
    delivered,
    sprites: true,
    tools: { ffmpeg: ffmpeg === 'none' ? undefined : run, readPicture: async (path) => whole.get(path) },
    signal: isOver ? AbortSignal.abort() : new AbortController().signal,
  };
  return { folder, calls, made: (more: Partial<Order> = {}) => new Studio({ ...order, ...more }).work() };
}

describe('the pictures of a film', () => {
  it('are drawn, with an index that names the sheet', async () => {
    const { made, folder } = await work({});
    const pictures = await made();
    expect(pictures).toMatchObject({
      filmSha256: 'film',
      poster: { name: 'poster' },
      spriteIndex: { name: 'spriteIndex' },
    });
    expect(pictures.missing).toBeUndefined();
    expect(readFileSync(join(folder, 'spriteIndex'), 'utf8')).toMatch(/^WEBVTT.*spriteSheet#xywh=/s);
  });

  it.each<[string, number, string]>([
    ['is drawn smaller where it is wide', 1280, 'posterSmall'],
    ['is its own small one where it is not', 320, 'sent.webp'],
  ])('that the provider sent are taken; its poster %s', async (_what, width, small) => {
    const { made, folder, calls } = await work({ beside: { 'sent.webp': width } });
    const pictures = await made({ delivered: { poster: join(folder, 'sent.webp') } });
    expect(pictures).toMatchObject({ poster: { name: 'sent.webp' }, posterSmall: { name: small } });
    expect(calls.some((args) => args.some((one) => one.endsWith('/poster')))).toBe(false);
  });

  it('have an index for a sheet that the provider sent, by its layout', async () => {
    const { made, folder } = await work({ beside: { 'sheet.jpg': 500 }, ffmpeg: 'none' });
    const pictures = await made({
      delivered: { spriteSheet: { path: join(folder, 'sheet.jpg'), columns: 5, rows: 2 } },
    });
    expect(pictures.spriteSheet?.name).toBe('sheet.jpg');
    const index = readFileSync(join(folder, 'spriteIndex'), 'utf8');
    expect(index.match(/sheet\.jpg#xywh=\d+,\d+,100,360/g)).toHaveLength(10);
  });

  it.each<[string, object]>([
    ['lies in another folder', { poster: '/elsewhere/sent.webp' }],
    ['is not whole', { poster: 'half.webp' }],
    ['has no layout', { spriteSheet: { path: 'sheet.jpg', columns: 0, rows: 2 } }],
  ])('are drawn where what the provider sent %s', async (_what, delivered) => {
    const { made } = await work({ beside: { 'sheet.jpg': 500 } });
    const pictures = await made({ delivered });
    expect([pictures.poster?.name, pictures.spriteSheet?.name]).toEqual(['poster', 'spriteSheet']);
  });

  it.each<[string, Setting, RegExp]>([
    ['ffmpeg is missing', { ffmpeg: 'none' }, /ffmpeg was not found on PATH\. Install it, then run: .*pictures/],
    ['time is over', { ffmpeg: { errors: '' }, isOver: true }, /took too long and was stopped/],
    [
      'the length of the film is not known',
      { ffmpeg: { errors: '' }, durationSeconds: 0 },
      /length of the film is not known/,
    ],
    ['ffmpeg fails', { ffmpeg: { errors: 'one\nInvalid data' } }, /could not draw it \(Invalid data\)\./],
  ])('that are missing say why: %s', async (_what, setting, reason) => {
    const { made } = await work(setting);
    expect((await made()).missing).toEqual([
      expect.stringMatching(new RegExp(`^No poster: .*${reason.source}`)),
      expect.stringMatching(new RegExp(`^No sprite sheet: .*${reason.source}`)),
    ]);
  });
});
