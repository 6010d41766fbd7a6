import { HydrationQueue } from './hydration-queue.ts';

/** Not by timers: browsers slow those down, in a tab in the background to one in a second. */
function nextTasks(): (task: () => void) => void {
  const tasks: Array<() => void> = [];
  let channel: MessageChannel | undefined;
  return (task) => {
    tasks.push(task);
    channel ??= new MessageChannel();
    channel.port1.onmessage = () => tasks.shift()?.();
    channel.port2.postMessage(undefined);
  };
}

/** Those of this tab; the server has none. */
export const pageHydration = new HydrationQueue({
  nextTask: nextTasks(),
  nowMs: () => performance.now(),
  uses: globalThis.document,
});
