import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { findTool, isProgram } from '#lib/base/process/guarded-program.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

// How it ends with its parent: see the slow tests of pictures and of scraped videos.

function folderWith(name: string, mode: number): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), mode);
  return folder;
}

it('finds the first program of a name on PATH', () => {
  const [text, program] = [folderWith('tool', 0o644), folderWith('tool', 0o755)];
  expect(findTool('tool', { PATH: [text, program].join(delimiter) })).toBe(join(program, 'tool'));
});

it.each([
  ['no PATH', {}],
  ['a relative folder, which changes its meaning', { PATH: '.' }],
  ['an empty one', { PATH: '' }],
])('finds nothing with %s', (_what, environment) => {
  expect(findTool('sh', environment)).toBeUndefined();
});

it('takes no folder for a program', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'tool'));
  expect(isProgram(join(folder, 'tool'))).toBe(false);
});
