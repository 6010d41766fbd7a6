import { afterEach, describe, expect, it, vi } from 'vitest';
import { listenForInterruption } from '../../../scripts/shared/interruption.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function listening() {
  let nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('exited');
  });
  const [onFirst, onSecond] = [vi.fn(), vi.fn()];
  const interruption = listenForInterruption(onFirst, onSecond);
  const press = (afterMs = 0) => {
    nowMs += afterMs;
    process.emit('SIGINT', 'SIGINT');
  };
  return { interruption, press, exit, onFirst, onSecond };
}

describe('Ctrl-C', () => {
  it('asks for a clean stop', () => {
    const { interruption, press, exit, onFirst } = listening();
    expect(interruption.isInterrupted()).toBe(false);
    press();
    expect([interruption.isInterrupted(), onFirst.mock.calls.length, exit.mock.calls.length]).toEqual([true, 1, 0]);
    interruption.stopListening();
  });

  it.each([0, 100, 500])('is one key press with the echo that npm sends %i ms later', (afterMs) => {
    const { interruption, press, exit, onSecond } = listening();
    press();
    press(afterMs);
    expect([onSecond.mock.calls.length, exit.mock.calls.length]).toEqual([0, 0]);
    interruption.stopListening();
  });

  it('ends the command the second time, with the exit code of an interruption', () => {
    const { interruption, press, exit, onFirst, onSecond } = listening();
    press();
    expect(() => press(501)).toThrow('exited');
    expect(exit).toHaveBeenCalledWith(130);
    expect([onFirst.mock.calls.length, onSecond.mock.calls.length]).toEqual([1, 1]);
    interruption.stopListening();
  });
});
