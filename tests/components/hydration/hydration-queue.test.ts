import { expect, it } from 'vitest';
import { HydrationQueue } from '#lib/components/hydration/hydration-queue.ts';

/** Tasks that wait to be run, a clock that only work moves, and a document. */
function world() {
  const [tasks, log]: [Array<() => void>, string[]] = [[], []];
  const uses = new EventTarget();
  let nowMs = 0;
  const queue = new HydrationQueue({ nextTask: (task) => tasks.push(task), nowMs: () => nowMs, uses });
  const part = (name: string, tookMs = 0, inner?: () => void) => {
    const place = new EventTarget();
    const leave = queue.wait(place, () => {
      log.push(name);
      nowMs += tookMs;
      inner?.();
    });
    return { place, leave };
  };
  /** As the browser tells the document, on the way to the innermost of these. */
  const use = (...path: EventTarget[]) => {
    const event = new Event('pointerdown');
    event.composedPath = () => path;
    uses.dispatchEvent(event);
  };
  const runTask = () => tasks.shift()?.();
  return { queue, tasks, log, part, use, runTask, whenDone: () => queue.whenDone(() => log.push('done')) };
}

it('starts nothing at once, and ends each task after a few milliseconds', () => {
  const { log, part, runTask, tasks, whenDone } = world();
  for (const [name, tookMs] of Object.entries({ a: 1, b: 1, c: 9, d: 9, e: 1 })) part(name, tookMs);
  whenDone();
  expect(log).toEqual([]);
  const after = () => {
    runTask();
    return log.splice(0).join(' ');
  };
  expect([after(), after(), after()]).toEqual(['a b c', 'd', 'e done']);
  expect(tasks).toEqual([]);
});

it('starts a part that is used first, and none beside it', () => {
  const { log, part, use, runTask, whenDone } = world();
  part('first', 9);
  const { place } = part('used');
  whenDone();
  use(new EventTarget(), place);
  expect(log).toEqual(['used']);
  use(place);
  runTask();
  expect(log).toEqual(['used', 'first', 'done']);
});

it('starts a part within a part that is used, too', () => {
  const { queue, log, part, use } = world();
  const inner = new EventTarget();
  const outer = part('outer', 0, () => queue.wait(inner, () => log.push('inner')));
  use(inner, outer.place);
  expect(log).toEqual(['outer', 'inner']);
});

it('hydrates until all parts are through, those that come meanwhile included', () => {
  const { queue, log, part, runTask, whenDone } = world();
  part('outer', 9, () => part('inner'));
  whenDone();
  runTask();
  expect([queue.isHydrating, log]).toEqual([true, ['outer']]);
  runTask();
  expect([queue.isHydrating, log]).toEqual([false, ['outer', 'inner', 'done']]);
});

it('starts all at once before another page comes, those within others included', () => {
  const { queue, log, part, whenDone } = world();
  part('outer', 9, () => part('inner'));
  part('last', 9);
  whenDone();
  queue.finish();
  expect(log).toEqual(['outer', 'last', 'inner', 'done']);
});

it('is done at once on a page without parts', () => {
  const { queue, log, whenDone } = world();
  whenDone();
  expect([queue.isHydrating, log]).toEqual([false, ['done']]);
});

it('leaves out a part that is gone, and is done without it', () => {
  const { log, part, runTask, whenDone } = world();
  const { leave } = part('gone');
  whenDone();
  leave();
  runTask();
  expect(log).toEqual(['done']);
});

it('goes on after a part that fails', () => {
  const { log, part, runTask, whenDone } = world();
  part('broken', 0, () => {
    throw new Error('no such thing');
  });
  part('next');
  whenDone();
  expect(runTask).toThrow('no such thing');
  runTask();
  expect(log).toEqual(['broken', 'next', 'done']);
});
