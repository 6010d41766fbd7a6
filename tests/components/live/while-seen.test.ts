import { expect, it } from 'vitest';
import { LET_GO_AFTER_MS, type Sight, type SightEvent, whileSeen } from '#lib/components/live/while-seen.ts';

class Page implements Sight {
  visibilityState: DocumentVisibilityState;
  readonly #listeners = new Map<SightEvent, () => void>();
  constructor(state: DocumentVisibilityState) {
    this.visibilityState = state;
  }
  addEventListener(type: SightEvent, listener: () => void): void {
    this.#listeners.set(type, listener);
  }
  removeEventListener(type: SightEvent): void {
    this.#listeners.delete(type);
  }
  emit(type: SightEvent): void {
    this.#listeners.get(type)?.();
  }
  become(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.emit('visibilitychange');
  }
}

function world(state: DocumentVisibilityState = 'visible') {
  const page = new Page(state);
  const log: string[] = [];
  const tasks = new Set<() => void>();
  const end = whileSeen(
    () => {
      log.push('start');
      return () => void log.push('stop');
    },
    page,
    (action, delayMs) => {
      expect(delayMs).toBe(LET_GO_AFTER_MS);
      tasks.add(action);
      return () => void tasks.delete(action);
    },
  );
  const pass = () => {
    for (const task of tasks) task();
    tasks.clear();
  };
  return { page, log, tasks, end, pass };
}

it('lets go of a page that nobody sees, and takes it up again', () => {
  const { page, log, pass } = world();
  page.become('hidden');
  expect(log).toEqual(['start']);
  pass();
  expect(log).toEqual(['start', 'stop']);
  page.become('visible');
  expect(log).toEqual(['start', 'stop', 'start']);
});

it('bears a look at another tab', () => {
  const { page, log, tasks, pass } = world();
  page.become('hidden');
  page.become('visible');
  expect(tasks.size).toBe(0);
  pass();
  expect(log).toEqual(['start']);
});

it('ends with the page, once', () => {
  const { page, log, tasks, end, pass } = world();
  page.become('hidden');
  end();
  pass();
  page.become('visible');
  expect(log).toEqual(['start', 'stop']);
  expect(tasks.size).toBe(0);
});

it('waits in a tab that was opened in the background until it is looked at', () => {
  const { page, log, tasks, pass } = world('hidden');
  page.become('hidden');
  expect([log, tasks.size]).toEqual([[], 0]);
  page.become('visible');
  page.become('hidden');
  pass();
  expect(log).toEqual(['start', 'stop']);
});

it('lets go at once of a page that is left, and takes it up when the browser shows it again', () => {
  const { page, log, tasks, end } = world();
  page.emit('pagehide');
  expect(log).toEqual(['start', 'stop']);
  page.become('hidden');
  expect(tasks.size).toBe(0);
  page.visibilityState = 'visible';
  page.emit('pageshow');
  page.become('visible');
  expect(log).toEqual(['start', 'stop', 'start']);
  end();
  page.emit('pageshow');
  expect(log).toEqual(['start', 'stop', 'start', 'stop']);
});
