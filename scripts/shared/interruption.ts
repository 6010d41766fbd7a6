import { EXIT } from './options/exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// On Ctrl-C the terminal sends the signal to npm and to the script, and npm passes its own on: one key press, two signals.
const SAME_KEY_PRESS_MS = 500;

export interface Interruption {
  /** Aborts at the first signal. */
  signal: AbortSignal;
  isInterrupted: () => boolean;
  stopListening: () => void;
}

/**
 * The first Ctrl-C (or SIGTERM, SIGHUP) asks the work to stop cleanly, the next one exits at once. Records are safe at any
 * moment; at worst a lease is left to expire.
 * @param onFirst reports that it is stopping
 * @param onSecond restores the terminal
 */
export function listenForInterruption(onFirst: () => void, onSecond: () => void): Interruption {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const onSignal = () => {
    const nowMs = performance.now();
    if (firstMs === undefined) {
      firstMs = nowMs;
      onFirst();
      controller.abort(new Error('interrupted'));
    } else if (nowMs - firstMs > SAME_KEY_PRESS_MS) {
      onSecond();
      process.exit(EXIT.interrupted);
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    isInterrupted: () => controller.signal.aborted,
    stopListening: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
