import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingIgnoreLine } from '#lib/base/disk/ignore-advice.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** A repository with an app in it. */
function repository(ignored: { atRoot?: string; inApp?: string } = {}): string {
  const root = temporaryFolder();
  const app = join(root, 'packages/app');
  mkdirSync(app, { recursive: true });
  mkdirSync(join(root, '.git'));
  if (ignored.atRoot !== undefined) writeFileSync(join(root, '.gitignore'), ignored.atRoot);
  if (ignored.inApp !== undefined) writeFileSync(join(app, '.gitignore'), ignored.inApp);
  return app;
}

const adviceFor = (app: string, path = 'reelkeep/videos') => missingIgnoreLine(app, join(app, path));

describe('the line for .gitignore', () => {
  it.each([
    {},
    { inApp: 'node_modules\n# reelkeep/\n' },
    { inApp: 'reelkeep.txt\nmy-reelkeep/\n' },
    { atRoot: '/reelkeep/\n' },
  ])('is missing with %j', (ignored) => {
    expect(adviceFor(repository(ignored))).toBe('/reelkeep/');
  });

  it.each([
    { inApp: 'reelkeep' },
    { inApp: 'node_modules/\r\n/reelkeep/\r\n' },
    { inApp: 'reelkeep/*\n' },
    { inApp: 'reelkeep/**\n' },
    { atRoot: 'reelkeep/\n' },
    { atRoot: '/packages/app/reelkeep\n' },
    { atRoot: 'packages/\n' },
  ])('is there with %j', (ignored) => {
    expect(adviceFor(repository(ignored))).toBeUndefined();
  });

  it('is not asked for outside a repository, or for what lies outside the project', () => {
    const alone = temporaryFolder();
    expect(missingIgnoreLine(alone, join(alone, 'reelkeep'))).toBeUndefined();
    expect(adviceFor(repository(), '../../elsewhere/videos')).toBeUndefined();
    expect(adviceFor(repository(), '.')).toBeUndefined();
  });
});
