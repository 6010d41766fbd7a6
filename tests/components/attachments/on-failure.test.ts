import { expect, it } from 'vitest';
import { onFailure } from '#lib/components/attachments/on-failure.ts';

/** A video element, as far as it is looked at. */
function playerWith(error: object | null) {
  return Object.assign(new EventTarget(), { error }) as HTMLVideoElement;
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
