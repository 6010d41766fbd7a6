import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Child } from '../../fixtures/processes/child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const SLOW = { timeout: 170_000 };
const VIDEOS = 'projects/p1/videos';
const FILES: Record<string, string> = { 'a.mp4': 'a'.repeat(300_000), 'b.mp4': 'b'.repeat(100) };

function olderFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'old', VIDEOS), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, 'old', VIDEOS, name), text);
  return folder;
}

const filesIn = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('killed at any moment, the library is there whole or not at all, and another run completes it', SLOW, async () => {
  let kills = 0;
  for (let nth = 1; ; nth += 2) {
    const folder = olderFolder();
    const media = join(folder, 'media');
    const outcome = await new Child('adopt-child.ts', [folder, String(nth)]).exit;
    expect(filesIn(join(folder, 'old', VIDEOS))).toEqual(FILES);
    if (existsSync(media)) expect(filesIn(join(media, VIDEOS))).toEqual(FILES);
    if (outcome === 0) break;
    expect(outcome).toBe('SIGKILL');
    kills += 1;
    expect(await new Child('adopt-child.ts', [folder, '0']).exit).toBe(0);
    expect(filesIn(join(media, VIDEOS))).toEqual(FILES);
    expect(filesIn(join(folder, 'old', VIDEOS))).toEqual(FILES);
    expect(readdirSync(folder)).not.toContain('media.adopting');
  }
  expect(kills).toBeGreaterThan(5);
});
