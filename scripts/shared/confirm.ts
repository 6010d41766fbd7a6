import { createInterface } from 'node:readline/promises';

/**
 * Asks on the terminal, through standard error so that standard output stays clean. Only "y" and "yes" mean yes; end of
 * input and Ctrl-C mean no.
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  // readline's terminal mode would swallow Ctrl-C.
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const closed = new Promise<string>((resolve) => {
    reader.once('close', () => resolve(''));
  });
  try {
    const answer = await Promise.race([reader.question(`${question} [y/N] `, { signal }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    reader.close();
  }
}

/** Whether there is a terminal to ask on. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}
