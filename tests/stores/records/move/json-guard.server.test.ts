import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertMayBegin, repointJson, reserveJson } from '#lib/stores/records/move/json-guard.server.ts';
import { readMark } from '#lib/stores/records/store-mark.server.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const HERE = 'sqlite:/srv/reel.db';
const beside = (jsonPath = join(temporaryFolder(), 'videos.json')) => ({ part: 'videos', jsonPath, here: HERE });

describe('records in a database', () => {
  it.each(['', '[]', ' [\n]\n'])('may be begun beside a file without records: %j', async (text) => {
    const place = beside();
    expect(() => assertMayBegin(place)).not.toThrow();
    writeFileSync(place.jsonPath, text);
    expect(() => assertMayBegin(place)).not.toThrow();
  });

  it.each(['[{}]', '[', 'null', '\u0000'])(
    'are not begun beside a file with some, or with who knows what: %j',
    (text) => {
      const place = beside();
      writeFileSync(place.jsonPath, text);
      expect(() => assertMayBegin(place)).toThrow(/are in .*videos\.json\. Move them to sqlite:.*migrate-records/);
    },
  );

  it('are not begun beside a file that cannot be read', () => {
    const place = beside();
    mkdirSync(place.jsonPath);
    expect(() => assertMayBegin(place)).toThrow(expect.objectContaining({ code: 'disk' }));
  });

  it('are not begun again where they were before, nor where they are elsewhere', async () => {
    const place = beside();
    await reserveJson(place);
    expect(() => assertMayBegin(place)).toThrow(/were in sqlite:\/srv\/reel\.db .* not there any more/);
    const other = { ...place, here: 'postgres://db/reel' };
    expect(() => assertMayBegin(other)).toThrow(/are in sqlite:\/srv\/reel\.db, not in postgres:/);
    await repointJson(place.jsonPath, other.here);
    expect(() => assertMayBegin(other)).toThrow(/were in postgres:/);
  });
});

describe('the note beside the JSON file', () => {
  it('is not written over that of an earlier database, nor beside records', async () => {
    const place = beside();
    await reserveJson(place);
    const first = readMark(place.jsonPath);
    await reserveJson({ ...place, here: 'postgres://db/reel' });
    expect(readMark(place.jsonPath)).toEqual(first);
    const used = beside();
    writeFileSync(used.jsonPath, '[{}]');
    await reserveJson(used);
    expect(readMark(used.jsonPath)).toBeUndefined();
  });

  it('does not make the folder of a part that needs one: its drive may be away', async () => {
    const jsonPath = join(temporaryFolder(), 'drive/media-items.json');
    await reserveJson({ ...beside(jsonPath), needsFolder: true });
    await repointJson(jsonPath, HERE);
    expect(existsSync(join(jsonPath, '..'))).toBe(false);
    mkdirSync(join(jsonPath, '..'));
    await reserveJson({ ...beside(jsonPath), needsFolder: true });
    expect(readMark(jsonPath)?.transfer).toMatchObject({ place: HERE });
  });

  it('is only corrected where there is one', async () => {
    const { jsonPath } = beside();
    await repointJson(jsonPath, HERE);
    expect(readMark(jsonPath)).toBeUndefined();
  });

  it('fails nothing where it cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const place = beside(join(file, 'videos.json'));
    await reserveJson(place);
    await repointJson(place.jsonPath, HERE);
    expect(() => assertMayBegin(place)).not.toThrow();
    expect(existsSync(place.jsonPath)).toBe(false);
  });
});
