import type { Sight } from './while-seen.ts';

/** The part of a BroadcastChannel that is used here. What is said does not matter, only that something is. */
export interface AccessChannel {
  postMessage(message: string): void;
  addEventListener(type: 'message', listener: () => void): void;
  close(): void;
}

/**
 * Asks again who may spend whenever another tab says that this has changed, and when the page comes into sight: a session
 * may have ended meanwhile, and a browser may have held the message back.
 * @returns how to end it
 */
export function askAgain(ask: () => void, channel: AccessChannel, sight: Sight): () => void {
  const onSight = () => {
    if (sight.visibilityState === 'visible') ask();
  };
  channel.addEventListener('message', ask);
  sight.addEventListener('visibilitychange', onSight);
  return () => {
    channel.close();
    sight.removeEventListener('visibilitychange', onSight);
  };
}
