import type { Entry } from './entries.ts';

/** For every module that needs a server: what a bundle for browsers gets, by the `browser` condition of its export. */
export function refusalsOf(entries: readonly Entry[]): Map<string, string> {
  return new Map(entries.flatMap(({ name, refusal }) => (refusal === undefined ? [] : [[refusal, refusalOf(name)]])));
}

/**
 * There is no file of this name, so the build ends, and the sentence is what every bundler says then. A module that throws
 * would only fail once a visitor opens the page.
 */
function refusalOf(name: string): string {
  const sentence = `${name} runs on a server only, so import it from server code; a page may import reelkeep/models`;
  return `// What a bundle for browsers gets in place of ${name}.\nimport ${JSON.stringify(`./${sentence}`)};\n`;
}
