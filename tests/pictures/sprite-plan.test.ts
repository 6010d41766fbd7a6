import { describe, expect, it } from 'vitest';
import { planSprites, spriteIndexText } from '#lib/pictures/sprite-plan.ts';

describe('the plan of a sprite sheet', () => {
  it.each([
    ['one frame', 0.04, { stepSeconds: 0.5, tiles: 1, columns: 1, rows: 1 }],
    ['0.4 s', 0.4, { stepSeconds: 0.5, tiles: 1, columns: 1, rows: 1 }],
    ['half a second', 0.5, { stepSeconds: 0.5, tiles: 1, columns: 1, rows: 1 }],
    ['a little more', 0.54, { stepSeconds: 0.5, tiles: 2, columns: 2, rows: 1 }],
    ['5.04 s', 5.04, { stepSeconds: 0.5, tiles: 11, columns: 5, rows: 3 }],
    ['10 s', 10, { stepSeconds: 0.5, tiles: 20, columns: 5, rows: 4 }],
    ['10.1 s', 10.1, { stepSeconds: 1, tiles: 11, columns: 5, rows: 3 }],
    ['30 s', 30, { stepSeconds: 1.5, tiles: 20, columns: 5, rows: 4 }],
    ['an hour', 3600, { stepSeconds: 180, tiles: 20, columns: 5, rows: 4 }],
  ])('of %s', (_name, seconds, expected) => {
    expect(planSprites(seconds, 1280, 720)).toEqual({ ...expected, tileWidth: 160, tileHeight: 90 });
  });

  it.each([
    ['wide', 2520, 1080, 160, 68],
    ['tall', 720, 1280, 90, 160],
    ['square', 624, 624, 160, 160],
    ['tiny', 64, 64, 160, 160],
    ['a line', 4000, 2, 160, 2],
  ])('of a %s film has tiles as wide as high', (_name, width, height, tileWidth, tileHeight) => {
    expect(planSprites(5, width, height)).toMatchObject({ tileWidth, tileHeight });
  });
});

describe('the index of a sprite sheet', () => {
  const plan = planSprites(5.04, 1280, 720);

  it('names the part of the sheet for each time', () => {
    const lines = spriteIndexText(plan, { tiles: 11, durationSeconds: 5.04, sheetName: 'a.sprites.jpg' }).split('\n');
    expect(lines.slice(0, 4)).toEqual(['WEBVTT', '', '00:00:00.000 --> 00:00:00.500', 'a.sprites.jpg#xywh=0,0,160,90']);
    expect(lines).toContain('a.sprites.jpg#xywh=640,90,160,90');
    expect(lines.slice(-3)).toEqual(['00:00:05.000 --> 00:00:05.040', 'a.sprites.jpg#xywh=0,180,160,90', '']);
  });

  it('has a cue for each tile that is there', () => {
    const text = spriteIndexText(plan, { tiles: 4, durationSeconds: 5.04, sheetName: 'a.jpg' });
    expect(text.match(/-->/g)).toHaveLength(4);
    expect(text).toContain('00:00:01.500 --> 00:00:05.040');
  });

  it('counts hours', () => {
    const text = spriteIndexText(planSprites(7200, 16, 9), { tiles: 20, durationSeconds: 7200, sheetName: 'a.jpg' });
    expect(text).toContain('01:54:00.000 --> 02:00:00.000');
  });

  it('escapes a name that would end its address', () => {
    const text = spriteIndexText(plan, { tiles: 1, durationSeconds: 1, sheetName: '50% #1 --> é.jpg' });
    expect(text).toContain('\n50%25%20%231%20--%3E%20%C3%A9.jpg#xywh=');
  });
});
