import { expect, it } from 'vitest';
import { refreshAccess } from '#lib/components/live/refresh-access.ts';
import type { Sight, SightEvent } from '#lib/components/live/while-seen.ts';

function world() {
  let asked = 0;
  let isClosed = false;
  const heard: Array<() => void> = [];
  const watching = new Map<SightEvent, () => void>();
  const sight: Sight & { visibilityState: DocumentVisibilityState } = {
    visibilityState: 'visible',
    addEventListener: (type, listener) => void watching.set(type, listener),
    removeEventListener: (type) => void watching.delete(type),
  };
  const channel = {
    postMessage: () => {},
    addEventListener: (_type: 'message', listener: () => void) => void heard.push(listener),
    close: () => {
      isClosed = true;
    },
  };
  const stop = refreshAccess(
    () => {
      asked += 1;
    },
    channel,
    sight,
  );
  return {
    stop,
    asked: () => asked,
    /** Another tab says that somebody has logged in or out. */
    tell: () => {
      for (const listener of heard) listener();
    },
    turn: (state: DocumentVisibilityState) => {
      sight.visibilityState = state;
      watching.get('visibilitychange')?.();
    },
    isOver: () => isClosed && watching.size === 0,
  };
}

it('asks nothing by itself: the server has just told the page', () => {
  expect(world().asked()).toBe(0);
});

it('asks again when another tab has logged in or out, seen or not', () => {
  const { tell, turn, asked } = world();
  tell();
  expect(asked()).toBe(1);
  turn('hidden');
  tell();
  expect(asked()).toBe(2);
});

it('asks again when it comes into sight, and not when it goes', () => {
  const { turn, asked } = world();
  turn('hidden');
  expect(asked()).toBe(0);
  turn('visible');
  expect(asked()).toBe(1);
});

it('ends', () => {
  const { stop, isOver } = world();
  stop();
  expect(isOver()).toBe(true);
});
