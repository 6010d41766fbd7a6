import { expect, it } from 'vitest';
import { type Sight, type SightEvent, whileSeen } from '#lib/components/live/while-seen.ts';

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
  const end = whileSeen(() => {
    log.push('start');
    return () => void log.push('stop');
  }, page);
  return { page, log, end };
}

it('stops at once when the page is hidden, and starts again when it is seen', () => {
  const { page, log } = world();
  page.become('hidden');
  expect(log).toEqual(['start', 'stop']);
  page.become('visible');
  page.become('visible');
  expect(log).toEqual(['start', 'stop', 'start']);
});

it('ends with the page, once', () => {
  const { page, log, end } = world();
  page.become('hidden');
  end();
  page.become('visible');
  expect(log).toEqual(['start', 'stop']);
});

it('waits in a tab that was opened in the background until it is looked at', () => {
  const { page, log } = world('hidden');
  page.become('hidden');
  expect(log).toEqual([]);
  page.become('visible');
  page.become('hidden');
  expect(log).toEqual(['start', 'stop']);
});

it('stops when the page is left, and starts again when the browser shows it again', () => {
  const { page, log, end } = world();
  page.emit('pagehide');
  expect(log).toEqual(['start', 'stop']);
  page.become('hidden');
  page.visibilityState = 'visible';
  page.emit('pageshow');
  page.become('visible');
  expect(log).toEqual(['start', 'stop', 'start']);
  end();
  page.emit('pageshow');
  expect(log).toEqual(['start', 'stop', 'start', 'stop']);
});
