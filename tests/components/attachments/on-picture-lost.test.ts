import { expect, it, vi } from 'vitest';
import { onPictureLost } from '#lib/components/attachments/on-picture-lost.ts';

/** A picture, as far as it is looked at. */
const picture = (complete: boolean, naturalWidth: number) =>
  Object.assign(new EventTarget(), { complete, naturalWidth }) as HTMLImageElement;

it('tells of a picture that fails, until it is not looked at any more', () => {
  const [image, listener] = [picture(false, 0), vi.fn()];
  const stop = onPictureLost(image, listener);
  expect(listener).not.toHaveBeenCalled();
  image.dispatchEvent(new Event('error'));
  stop();
  image.dispatchEvent(new Event('error'));
  expect(listener).toHaveBeenCalledTimes(1);
});

it.each([
  ['had failed before the script came', picture(true, 0), 1],
  ['is there', picture(true, 640), 0],
])('of one that %s', (_what, image, times) => {
  const listener = vi.fn();
  onPictureLost(image, listener);
  expect(listener).toHaveBeenCalledTimes(times);
});
