import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { fileOnRecord } from '#lib/openai-videos/generate/find-file.server.ts';
import { type GeneratedVideo, generatedVideoSchema } from '#lib/openai-videos/generate/record.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function projectWithFiles(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'films/trip'), { recursive: true });
  for (const name of ['sea.mp4', 'sea_thumbnail.webp', 'other.mp4'])
    writeFileSync(join(root, 'films/trip', name), 'four');
  return root;
}

const file = (name: string, more: object = {}) => ({
  ...{ localPath: `films/trip/${name}`, sizeBytes: 4, sha256: 'a'.repeat(64) },
  ...more,
});
const object = (name: string) => ({ object: { location: 's3://films', name: `trip/${name}` } });
const record = (more: object = {}): GeneratedVideo =>
  generatedVideoSchema.parse({
    ...{ batchId: 'trip', name: 'sea', prompt: 'The sea.', status: 'ready', createdAt: '2026-11-21T00:00:00Z' },
    ...file('sea.mp4'),
    ...more,
  });
const thumbnail = (more: object = {}) => ({
  ...{ name: 'thumbnail', format: 'webp', mimeType: 'image/webp' },
  ...file('sea_thumbnail.webp', more),
});

it.each<[string, GeneratedVideo, string, object | undefined]>([
  ['the film', record(), 'sea.mp4', { mimeType: 'video/mp4' }],
  ['a picture', record({ assets: [thumbnail()] }), 'sea_thumbnail.webp', { mimeType: 'image/webp' }],
  ['an object, whatever is here', record(object('sea.mp4')), 'sea.mp4', object('sea.mp4')],
  ['none of another size', record({ sizeBytes: 5 }), 'sea.mp4', undefined],
  [
    'none that is gone',
    record({ assets: [thumbnail({ localPath: 'films/trip/sea_x.webp' })] }),
    'sea_x.webp',
    undefined,
  ],
  ['none that the record does not name', record(), 'other.mp4', undefined],
  ['none outside of its folder', record({ localPath: 'films/sea.mp4' }), 'sea.mp4', undefined],
  ['none while it is made', record({ status: 'generating' }), 'sea.mp4', undefined],
  [
    'the earlier film while a new one is made',
    record({ status: 'generating', previous: { status: 'ready', ...file('sea.mp4') } }),
    'sea.mp4',
    {},
  ],
  [
    'a former film',
    record({
      versions: {
        last: 2,
        current: 2,
        former: [{ version: 1, status: 'ready', ...file('sea.v1.mp4', object('sea.mp4')) }],
      },
    }),
    'sea.v1.mp4',
    object('sea.mp4'),
  ],
])('finds %s', (_what, video, name, found) => {
  const root = projectWithFiles();
  const settings = readSettings({ WANX_PROJECT_ROOT: root, GENERATED_VIDEOS_DIR: 'films' });
  const result = fileOnRecord(settings, video, name);
  if (found) expect(result).toMatchObject({ path: join(root, 'films/trip', name), sizeBytes: 4, ...found });
  else expect(result).toBeUndefined();
});
