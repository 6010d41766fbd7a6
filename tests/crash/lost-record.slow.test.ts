import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { VideoWorld } from '../fixtures/records/video-world.ts';

const KEY = 'rome/now';

/** What a person does to the records while a process holds a task. */
const HARMS: Record<string, (path: string, earlier: VideoMetadata[]) => void> = {
  deletes: (path) => rmSync(path),
  empties: (path) => writeFileSync(path, '[]'),
  'puts back a copy from before the order of': (path, earlier) => replace(path, earlier),
  'puts back a copy with another task under way in': (path, earlier) =>
    replace(path, [{ ...template(path), taskId: 'earlier-task', lease: undefined, fence: 1 }, ...earlier]),
  'moves away the folder of': (path) => {
    renameSync(join(path, '..'), join(path, '../../data-away'));
    mkdirSync(join(path, '..'));
  },
};

function replace(path: string, records: VideoMetadata[]): void {
  writeFileSync(`${path}.copy`, JSON.stringify(records));
  renameSync(`${path}.copy`, path);
}

/** Our own record as an earlier order would have left it. */
function template(path: string): VideoMetadata {
  const record: VideoMetadata | undefined = JSON.parse(readFileSync(path, 'utf8')).find(
    ({ spotId }: VideoMetadata) => spotId === 'rome',
  );
  if (!record?.intent) throw new Error('no order on record');
  const at = '2026-01-01T00:00:00.000Z';
  return { ...record, intent: { ...record.intent, at, sentAt: at, owner: 'dead' } };
}

describe.each(Object.entries(HARMS))('somebody who %s the records', (_name, harm) => {
  it.each(['generating', 'downloading'] as const)(
    'of a process whose film is %s loses nothing',
    { timeout: 60_000 },
    async (stage) => {
      const world = await VideoWorld.open({ taskDurationMs: 3000 });
      world.sandbox.script({ fault: 'slow', bytesPerSecond: 30_000 });
      const path = join(world.root, 'data/videos.json');
      const first = world.worker({ keys: ['athens/now'] });
      expect(await first.end()).toBe(0);
      const earlier: VideoMetadata[] = JSON.parse(readFileSync(path, 'utf8'));

      const worker = world.worker({ keys: [KEY], options: { leaseTtlMs: 900 } });
      expect(await worker.until('progress', ({ progress }) => progress.stage === stage)).toBeDefined();
      harm(path, earlier);
      expect(await worker.end()).toBe(0);
      expect(worker.ofKind('result')[0]?.result).toMatchObject({ success: true });
      const [taskId, ...others] = world.accepted(KEY);
      expect(others).toEqual([]);
      expect(world.record(KEY)).toMatchObject({ status: 'ready', taskId, sha256: world.finalSha256(KEY) });
      expect(world.record(KEY)?.lease).toBeUndefined();

      // And the film whose record is gone is not bought again.
      const later = world.worker({ keys: ['athens/now', 'cairo/now'] });
      expect(await later.end()).toBe(0);
      const isThere = world.record('athens/now') !== undefined;
      const results = later.ofKind('result').map(({ result }) => (result.success ? 'made' : result.code));
      expect(results).toEqual(isThere ? ['made', 'made'] : ['store-corrupt', 'store-corrupt']);
      expect(world.accepted('athens/now')).toHaveLength(1);
    },
  );
});

it('two processes with project folders of their own and one records file buy a film once', {
  timeout: 60_000,
}, async () => {
  const world = await VideoWorld.open();
  const records = join(world.root, 'data/videos.json');
  expect(await world.worker({ keys: [KEY] }).end()).toBe(0);
  const other = join(world.root, 'other');
  cpSync(join(world.root, 'data'), join(other, 'data'), { recursive: true });
  mkdirSync(join(other, 'videos'));
  const env = { WANX_METADATA_PATH: records };
  const worker = world.worker({ root: other, keys: [KEY], env });
  expect(await worker.end()).toBe(0);
  expect(worker.ofKind('result')[0]?.result).toMatchObject({ success: false, code: 'config' });
  expect(world.accepted(KEY)).toHaveLength(1);
  expect(existsSync(join(other, 'videos/rome-now.mp4'))).toBe(false);
});
