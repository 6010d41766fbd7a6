import { describe, expect, it, vi } from 'vitest';
import { filmIntent, givenBack, INTENT_MS } from '#lib/components/attachments/film-intent.ts';

/** An element, what it was told, and a clock that is moved by hand. */
function card() {
  const element = new EventTarget();
  const told: boolean[] = [];
  let pending: { action: () => void; delayMs: number } | undefined;
  const later = (action: () => void, delayMs: number) => {
    pending = { action, delayMs };
    return () => {
      pending = undefined;
    };
  };
  const watch = filmIntent((isIntended) => told.push(isIntended), later);
  const stop = watch(Object.assign(element, { contains: () => false }) as unknown as HTMLElement);
  const send = (name: string) => element.dispatchEvent(Object.assign(new Event(name), { relatedTarget: null }));
  return { told, stop, send, waits: () => pending?.delayMs, pass: () => pending?.action() };
}

vi.stubGlobal('Node', class {});

describe('who wants to see a film', () => {
  it.each(['pointerenter', 'focusin', 'pointerdown'])('says so by %s that lasts', (name) => {
    const { told, send, waits, pass } = card();
    send(name);
    expect(told).toEqual([]);
    expect(waits()).toBe(INTENT_MS);
    pass();
    expect(told).toEqual([true]);
  });

  it('is asked for a moment between 150 and 250 ms', () => {
    expect(INTENT_MS).toBeGreaterThanOrEqual(150);
    expect(INTENT_MS).toBeLessThanOrEqual(250);
  });

  it.each(['pointerleave', 'focusout', 'pointercancel'])('may only be passing by: %s', (name) => {
    const { told, send, waits } = card();
    send('pointerenter');
    send(name);
    expect(waits()).toBeUndefined();
    expect(told).toEqual([false]);
  });

  it('gives it back when leaving, and when the card goes', () => {
    const { told, send, pass, stop } = card();
    send('pointerenter');
    pass();
    send('pointerleave');
    stop();
    send('pointerenter');
    expect(told).toEqual([true, false, false]);
  });
});

it('a film that is given back lets its connection go', () => {
  const player = { pause: vi.fn(), removeAttribute: vi.fn(), load: vi.fn() };
  givenBack(player as unknown as HTMLVideoElement)();
  expect(player.removeAttribute).toHaveBeenCalledWith('src');
  expect(player.load).toHaveBeenCalledTimes(1);
});
