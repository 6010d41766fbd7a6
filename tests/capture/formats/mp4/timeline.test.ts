import { describe, expect, test } from 'vitest';
import { Timeline } from '#lib/capture/formats/mp4/timeline.ts';

describe('a timeline', () => {
  test('goes from the first sample shown to the last one gone, whatever their order', () => {
    const timeline = new Timeline();
    timeline.add(1, 100, 200);
    timeline.add(1, 100, -50);
    timeline.add(2, 100, 0);
    timeline.add(0, 1e9, 1e9);
    expect({ ...timeline }).toEqual({ start: 50, end: 400, decodeTime: 400 });
  });

  test('without samples has no end', () => {
    expect({ ...new Timeline() }).toMatchObject({ start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY });
  });
});
