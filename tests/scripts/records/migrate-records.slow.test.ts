import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScriptRun } from '../../fixtures/processes/script.ts';
import { filmRecords } from '../../fixtures/records/film-records.ts';

/** A project with films on record. */
function project(films: number) {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'reelkeep-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const data = join(root, 'src/lib/data');
  mkdirSync(data, { recursive: true });
  const path = join(data, 'generated-videos.json');
  writeFileSync(path, JSON.stringify(filmRecords(films)));
  const run = (name: string, args: string[], env: Record<string, string> = {}) =>
    new ScriptRun(name, args, { WANX_PROJECT_ROOT: root, ...env }).finished;
  return { root, path, run };
}

describe('npm run migrate-records', () => {
  it('moves every part to the database and back, and says what to set', async () => {
    const { root, path, run } = project(30);
    const records = JSON.parse(readFileSync(path, 'utf8'));
    const DATABASE = { REELKEEP_DATABASE: 'sqlite:data/reel.db' };
    const shown = await run('records/migrate-records', ['--dry-run'], DATABASE);
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('videos: 30 records in')]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(30);

    const moved = await run('records/migrate-records', ['--json'], DATABASE);
    expect(moved.code).toBe(0);
    const place = `sqlite:${join(root, 'data/reel.db')}`;
    expect(moved.json).toContainEqual(
      expect.objectContaining({ type: 'moved', part: 'videos', outcome: 'moved', records: 30, to: place }),
    );

    const without = await run('videos', []);
    expect([without.code, without.stderr]).toEqual([3, expect.stringContaining(`moved to ${place}`)]);
    const within = await run('videos', ['--json'], DATABASE);
    expect(within.json.filter(({ type }) => type === 'video')).toHaveLength(30);

    const back = await run('records/migrate-records', ['--to', 'json'], DATABASE);
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('unset REELKEEP_DATABASE')]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(records);
  });

  it('says what is missing, and nothing of a password', async () => {
    const { run } = project(1);
    const nowhere = await run('records/migrate-records', []);
    expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining('REELKEEP_DATABASE')]);
    const url = 'postgres://me:a-secret@127.0.0.1:1/reel';
    const unreachable = await run('records/migrate-records', ['--to', url]);
    expect([unreachable.code, unreachable.stdout + unreachable.stderr]).toEqual([
      expect.any(Number),
      expect.not.stringContaining('a-secret'),
    ]);
    expect(unreachable.stderr).toContain('127.0.0.1:1');
  });
});
