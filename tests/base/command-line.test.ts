import { expect, it } from 'vitest';
import { commandLine } from '#lib/base/command-line.ts';

it.each([
  ['videos', undefined, 'npm run videos', 'npx reelkeep videos'],
  ['audit', '--repair', 'npm run audit -- --repair', 'npx reelkeep audit --repair'],
  ['generate', '', 'npm run generate --', 'npx reelkeep generate'],
])('%s %s is typed as in the app, or as in another one', (command, words, inApp, inPackage) => {
  expect(commandLine(command, words)).toBe(inApp);
  expect(commandLine(command, words, 'package')).toBe(inPackage);
});
