import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { addMediaItem } from '#lib/media/index.ts';
import { recordParts } from '../../../scripts/shared/record-parts.ts';
import { mediaProject } from '../../fixtures/media/library.ts';

const library = resolve(import.meta.dirname, '../../../src/lib');

describe('the parts that keep records', () => {
  const parts = recordParts({ metadataPath: '/srv/data/films.json', mediaDir: '/srv/media' });

  it('are all that open a store: one that is missing here would be left behind by a move', () => {
    const openers = readdirSync(library, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('stores/records/'))
      .flatMap((name) => readFileSync(join(library, name), 'utf8').match(/= recordStores[<(]/g) ?? []);
    expect(openers.length).toBeGreaterThan(3);
    expect(parts).toHaveLength(openers.length);
  });

  it('have names that a database accepts, and a file each', () => {
    for (const { name } of parts) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length);
    expect(new Set(parts.map(({ jsonPath }) => jsonPath)).size).toBe(parts.length);
    expect(parts.find(({ name }) => name === 'videos')?.jsonPath).toBe('/srv/data/films.json');
  });
});

it('media items on a drive that is not connected are not taken for none', async () => {
  const { root } = mediaProject();
  const parts = () => recordParts(readSettings());
  for (const part of parts()) part.assertReachable();
  await addMediaItem('p1', { id: 'a' });
  for (const part of parts()) part.assertReachable();
  renameSync(root, `${root}-away`);
  expect(() => parts().forEach((part) => void part.assertReachable())).toThrow(/offline/);
  expect(existsSync(root)).toBe(false);
});
