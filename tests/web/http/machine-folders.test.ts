import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { machineFolders } from '#lib/web/http/machine-folders.server.ts';
import { videoShelf } from '../../fixtures/records/video-shelf.ts';

it('are those of the machine and of the settings, each once', () => {
  const { root } = videoShelf();
  const folders = machineFolders();
  expect(folders).toEqual(expect.arrayContaining([homedir(), process.cwd(), root, join(root, 'static/videos')]));
  expect(new Set(folders).size).toBe(folders.length);
});

it('are not the root of a disk, which would hide nothing', () => {
  videoShelf();
  vi.stubEnv('WANX_PROJECT_ROOT', '/');
  expect(machineFolders()).not.toContain('/');
});

it('are known also where a setting is wrong', () => {
  videoShelf();
  vi.stubEnv('WANX_BUDGET_USD', 'plenty');
  expect(machineFolders()).toContain(homedir());
});
