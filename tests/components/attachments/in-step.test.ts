import { describe, expect, it } from 'vitest';
import { keepInStep, type Player } from '#lib/components/attachments/in-step.ts';

class Film implements Player {
  playbackRate = 1;
  seeking = false;
  paused = false;
  seeks = 0;
  readonly duration: number;
  #time: number;
  constructor(time: number, duration = 5) {
    this.#time = time;
    this.duration = duration;
  }
  get currentTime(): number {
    return this.#time;
  }
  set currentTime(time: number) {
    this.#time = time;
    this.seeks += 1;
  }
  async play(): Promise<void> {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
}

describe('films in step', () => {
  it.each([
    ['far behind: is sent', 1, 3, 3, 1.15],
    ['far ahead: is sent', 4, 3, 3, 0.85],
    ['a little behind: hurries', 2.9, 3, 2.9, 1.15],
    ['a little ahead: tarries', 3.1, 3, 3.1, 0.85],
    ['with it: goes on', 3.02, 3, 3.02, 1],
    ['behind over the seam of the loop: hurries', 4.9, 0.02, 4.9, 1.15],
    ['ahead over the seam of the loop: tarries', 0.02, 4.9, 0.02, 0.85],
  ])('one that is %s', (_how, time, leaderTime, expectedTime, rate) => {
    const follower = new Film(time);
    keepInStep(new Film(leaderTime), [follower]);
    expect(follower.currentTime).toBeCloseTo(expectedTime);
    expect(follower.playbackRate).toBeCloseTo(rate);
  });

  it('lets a shorter film begin again', () => {
    const follower = new Film(0, 5);
    keepInStep(new Film(7, 8), [follower]);
    expect(follower.currentTime).toBe(2);
  });

  it('follows play and pause', () => {
    const [leader, follower] = [new Film(1), new Film(1)];
    leader.pause();
    keepInStep(leader, [follower]);
    expect(follower.paused).toBe(true);
    leader.paused = false;
    keepInStep(leader, [follower]);
    expect(follower.paused).toBe(false);
  });

  it('puts a standing film exactly in its place, once', () => {
    const [leader, follower] = [new Film(2), new Film(2.1)];
    leader.paused = true;
    keepInStep(leader, [follower]);
    keepInStep(leader, [follower]);
    expect([follower.currentTime, follower.seeks, follower.playbackRate]).toEqual([2, 1, 1]);
  });

  it('does not disturb a film that is on its way', () => {
    const follower = new Film(0);
    follower.seeking = true;
    keepInStep(new Film(3), [follower]);
    expect(follower.seeks).toBe(0);
  });
});
