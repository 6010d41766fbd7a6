import { expect, it } from 'vitest';
import { LET_GO_AFTER_MS, type Sight, whileSeen } from '#lib/components/while-seen.ts';

class Page implements Sight {
  visibilityState: DocumentVisibilityState = 'visible';
  readonly #listeners = new Set<() => void>();
  addEventListener(_type: string, listener: () => void): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: string, listener: () => void): void {
    this.#listeners.delete(listener);
  }
  become(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    for (const listener of this.#listeners) listener();
  }
}

function world() {
  const page = new Page();
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
