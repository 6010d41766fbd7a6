import type { Sight } from './while-seen.ts';

/** The part of a BroadcastChannel that is used here. Any message counts; its content does not matter. */
export interface AccessChannel {
  postMessage(message: string): void;
  addEventListener(type: 'message', listener: () => void): void;
  close(): void;
}

/**
 * Asks again who may spend whenever another tab reports a change, and when the page becomes visible: a session may have
 * ended meanwhile, and the browser may have delayed the message.
 * @returns a function that stops it
 */
export function refreshAccess(ask: () => void, channel: AccessChannel, sight: Sight): () => void {
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
