import { expect, it } from 'vitest';
import { lockProject } from '#lib/media/root/project-lock.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

it('one call at a time has a project, and another project is free', () => {
  const root = temporaryFolder();
  const lock = lockProject(root, 'p1');
  expect(() => lockProject(root, 'p1')).toThrow(expect.objectContaining({ code: 'busy' }));
  lockProject(root, 'p2').release();
  lock.release();
  lockProject(root, 'p1').release();
});
