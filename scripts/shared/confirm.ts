import { createInterface } from 'node:readline/promises';

/**
 * Asks on the terminal, on standard error so that standard output stays clean. Only "y" and "yes" are a yes; end of input
 * and Ctrl-C are a no.
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  // Not a terminal of readline's own: it would swallow Ctrl-C.
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

/** Whether there is somebody who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}
