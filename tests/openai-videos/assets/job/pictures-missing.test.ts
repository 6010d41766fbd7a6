import { describe, expect, it } from 'vitest';
import { missingAfter, type PictureSetback } from '#lib/openai-videos/assets/job/pictures-missing.ts';
import {
  COMPLETED_MS,
  downloadRecord,
  MINUTE_MS,
  minutesAfter,
} from '../../../fixtures/openai-videos/download-record.ts';

function noteAfter(tries: number, setback: PictureSetback | undefined, minutes = 0) {
  const missing = tries === 0 ? undefined : [{ type: 'thumbnail' as const, tries, reason: 'x' }];
  const now = { nowMs: COMPLETED_MS + minutes * MINUTE_MS, random: () => 0.5 };
  return missingAfter(downloadRecord({ missing }), 'thumbnail', setback, now);
}
const refused = { message: 'the server answered 404' };

describe('a picture that did not come', () => {
  it.each<[string, ReturnType<typeof noteAfter>, object]>([
    ['is tried again after a second', noteAfter(0, refused), { tries: 1, nextTryAt: minutesAfter(1 / 60) }],
    [
      'is tried again when the service wants it',
      noteAfter(1, { ...refused, retryAfterMs: 60_000 }),
      { tries: 2, nextTryAt: minutesAfter(1) },
    ],
    ['is tried at most five times', noteAfter(4, refused), { tries: 5 }],
    ['is not tried after the deadline', noteAfter(0, refused, 60), { tries: 1 }],
    ['says why', noteAfter(0, refused, 60), { reason: 'thumbnail: the server answered 404' }],
    ['says that it was too slow', noteAfter(0, undefined, 60), { reason: 'thumbnail: it did not arrive in time' }],
    [
      'is not tried again where the film comes in its place',
      noteAfter(0, { ...refused, rejected: { isFilm: true } }),
      { tries: 1, reason: 'thumbnail: the service does not offer any' },
    ],
    [
      'is tried again where something else comes',
      noteAfter(0, { ...refused, rejected: { isFilm: false } }),
      { nextTryAt: minutesAfter(1 / 60) },
    ],
  ])('%s', (_what, missing, expected) => {
    expect(missing).toMatchObject({ type: 'thumbnail', ...expected });
    expect('nextTryAt' in missing).toBe('nextTryAt' in expected);
  });
});
