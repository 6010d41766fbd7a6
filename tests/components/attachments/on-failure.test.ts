import { expect, it } from 'vitest';
import { onFailure } from '#lib/components/attachments/on-failure.ts';

/** A video element, as far as it is looked at. */
function playerWith(error: object | null) {
  return Object.assign(new EventTarget(), {
    ...{ error, readyState: 0, currentTime: 0, paused: true, loads: 0, plays: 0, pauses: 0 },
    load() {
      this.loads += 1;
    },
    async play() {
      this.plays += 1;
    },
    pause() {
      this.pauses += 1;
    },
  }) as HTMLVideoElement & { loads: number; plays: number; pauses: number; currentTime: number; paused: boolean };
}

function watch(player: HTMLVideoElement) {
  let times = 0;
  const stop = onFailure(player, () => {
    times += 1;
  });
  return { stop, times: () => times };
}

it('tells of a film that fails, until it is not looked at any more', () => {
  const player = playerWith(null);
  const { stop, times } = watch(player);
  expect(times()).toBe(0);
  player.dispatchEvent(new Event('error'));
  expect(times()).toBe(1);
  stop();
  player.dispatchEvent(new Event('error'));
  expect(times()).toBe(1);
});

it('tells of a film that had failed before the script came', () => {
  expect(watch(playerWith({ code: 4 })).times()).toBe(1);
});

it('comes back to the address of a film that was playing, and goes on where it stopped', () => {
  const player = playerWith(null);
  const { times } = watch(player);
  player.dispatchEvent(new Event('loadedmetadata'));
  player.dispatchEvent(new Event('play'));
  // As Chromium: it stands still at the error, and says afterwards that it does.
  Object.assign(player, { currentTime: 70, paused: true });
  player.dispatchEvent(new Event('error'));
  expect([player.loads, times()]).toEqual([1, 0]);
  player.currentTime = 0;
  player.dispatchEvent(new Event('loadedmetadata'));
  expect([player.currentTime, player.plays]).toEqual([70, 1]);
  // A second link may expire as well, further on.
  player.currentTime = 200;
  player.dispatchEvent(new Event('error'));
  expect([player.loads, times()]).toEqual([2, 0]);
});

it('leaves a film at rest that was, although it would start by itself', () => {
  const player = playerWith(null);
  watch(player);
  for (const type of ['loadedmetadata', 'play', 'pause']) player.dispatchEvent(new Event(type));
  player.currentTime = 70;
  player.dispatchEvent(new Event('error'));
  player.dispatchEvent(new Event('loadedmetadata'));
  expect([player.loads, player.currentTime, player.plays, player.pauses]).toEqual([1, 70, 0, 1]);
});

it('tells of a film that fails at the same place again', () => {
  const player = playerWith(null);
  const { times } = watch(player);
  player.dispatchEvent(new Event('loadedmetadata'));
  player.currentTime = 70;
  player.dispatchEvent(new Event('error'));
  player.dispatchEvent(new Event('error'));
  expect([player.loads, times()]).toEqual([1, 1]);
});
