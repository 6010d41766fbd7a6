import { describe, expect, it } from 'vitest';
import { Theatre } from '#lib/components/spot/theatre.svelte.ts';

/** The part of a video element that the theatre uses. */
class Film {
  currentTime = 0;
  playbackRate = 1;
  duration = 5;
  readyState = 4;
  paused = true;
  seeking = false;
  muted = false;
  async play(): Promise<void> {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
}

/** A theatre with so many films, all in their seats. */
function theatreOf(count: number) {
  const theatre = new Theatre();
  const films = Array.from({ length: count }, () => new Film());
  // Only these parts of a video element are used.
  const leave = films.map((film, index) => theatre.seat(index)(film as unknown as HTMLVideoElement));
  const film = (index: number): Film => {
    const found = films[index];
    if (!found) throw new Error(`no film ${index}`);
    return found;
  };
  return { theatre, film, leave };
}

describe('the films of a place', () => {
  it('play as one: those that are seen, and of them the one in front is heard', () => {
    const { theatre, film } = theatreOf(3);
    theatre.show(0, [0, 1]);
    theatre.setMuted(false);
    theatre.play();
    expect([0, 1, 2].map((index) => film(index).paused)).toEqual([false, false, true]);
    expect([0, 1, 2].map((index) => film(index).muted)).toEqual([false, true, true]);
    theatre.toggle();
    expect([0, 1].map((index) => film(index).paused)).toEqual([true, true]);
  });

  it('change without a change of moment', () => {
    const { theatre, film } = theatreOf(2);
    theatre.show(0, [0]);
    film(0).currentTime = 3;
    theatre.show(1, [1]);
    expect(film(1).currentTime).toBe(3);
    expect(theatre.timeSeconds).toBe(3);
  });

  it('stop when nothing of them is seen any more', () => {
    const { theatre, film } = theatreOf(2);
    theatre.show(0, [0]);
    theatre.play();
    theatre.show(1, [1]);
    expect([film(0).paused, film(1).paused]).toEqual([true, false]);
  });

  it.each([
    [3, 3],
    [-1, 0],
    [9, 5],
  ])('are sent to second %d: %d', (wanted, seconds) => {
    const { theatre, film } = theatreOf(1);
    theatre.show(0, [0]);
    theatre.seek(wanted);
    expect([film(0).currentTime, theatre.timeSeconds, theatre.durationSeconds]).toEqual([seconds, seconds, 5]);
  });

  it('that cannot say how long they are last no time', () => {
    const { theatre, film } = theatreOf(1);
    theatre.show(0, [0]);
    film(0).duration = Number.NaN;
    theatre.follow();
    expect(theatre.durationSeconds).toBe(0);
  });

  it('that have left are not followed', () => {
    const { theatre, leave } = theatreOf(1);
    theatre.show(0, [0]);
    leave[0]?.();
    theatre.seek(3);
    theatre.play();
    expect([theatre.timeSeconds, theatre.isPlaying]).toEqual([0, true]);
  });
});
