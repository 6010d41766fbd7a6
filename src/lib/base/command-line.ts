export type Edition = 'app' | 'package';

/** Where this code runs: in this project, or in another app as the npm package. `npm run package` writes 'package' here. */
export const EDITION: Edition = 'app';

/**
 * A command as the reader of a message types it.
 * @param words what follows it, `--repair` for example; '' if the reader adds something
 */
export function commandLine(command: string, words?: string, edition: Edition = EDITION): string {
  if (edition === 'package') return `npx reelkeep ${command} ${words ?? ''}`.trimEnd();
  // npm keeps options that stand before "--" for itself.
  return words === undefined ? `npm run ${command}` : `npm run ${command} -- ${words}`.trimEnd();
}
