import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { isTaskId, orphanFolder, orphanPath, wholeOrphan } from '#lib/wanx/videos/orphans.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describe('the id of a task', () => {
  it.each(['a', '86ecf553-d340-4e21-af6e-a0c6a421c010', 'video:~x', 'a/b', '...', 'a'.repeat(200)])(
    'may be %j',
    (id) => {
      expect(isTaskId(id)).toBe(true);
    },
  );

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/../b',
    '/a',
    'a/',
    'a//b',
    'a b',
    'a%2Fb',
    'a\\b',
    'a\0',
    'ä',
    'a'.repeat(201),
    7,
    null,
  ])('is not %j', (id) => {
    expect(isTaskId(id)).toBe(false);
  });

  // Each slash takes three bytes in the name of the file.
  it('may be as long as its file’s name', () => {
    expect([isTaskId(`${'a/'.repeat(49)}aaaa`), isTaskId(`${'a/'.repeat(50)}a`)]).toEqual([true, false]);
  });
});

describe('the video of a task without a record', () => {
  // A path only: nothing is written there.
  const root = join('/srv', 'project');

  it.each(['plain', 'a/b', '../../etc/passwd', '..', 'a\0b', 'x'.repeat(999), ''])(
    'has a file of its own in one folder, whatever the id: %j',
    (id) => {
      const settings = readSettings({ WANX_PROJECT_ROOT: root });
      const path = orphanPath(settings, id);
      expect(dirname(path)).toBe(orphanFolder(settings));
      expect(path).not.toBe(orphanPath(settings, `${id}x`));
    },
  );

  it('keeps its id in the name, so that it can be found by it', () => {
    const settings = readSettings({ WANX_PROJECT_ROOT: root });
    expect(orphanPath(settings, 'a/b')).toBe(join(orphanFolder(settings), 'a%2Fb.mp4'));
  });

  it('is not there before it was captured', async () => {
    const settings = readSettings({ WANX_PROJECT_ROOT: temporaryFolder() });
    expect(await wholeOrphan(settings, 'task-1')).toBeUndefined();
  });
});
