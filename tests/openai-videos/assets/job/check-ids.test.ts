import { describe, expect, it } from 'vitest';
import { checkIds, checkTime } from '#lib/openai-videos/assets/job/check-ids.ts';

const GOOD = { notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'BATCH_1' };
const long = `video_${'QkFzZTY0'.repeat(45)}==`;

describe('the ids of a job', () => {
  it.each(['video_1', long, 'a b', '.hidden', '-rf', 'NUL', 'a\\b', '日本 🎬', 'a.b'])('may be %s', (id) => {
    expect(() => checkIds({ ...GOOD, soraVideoId: id, batchId: id })).not.toThrow();
  });

  it.each(['', '   ', 'a/b', '..', '../x', 'a..b', '.', ' . ', '\ud800'])('are refused with their name: "%s"', (id) => {
    for (const name of ['notionPageId', 'soraVideoId', 'batchId']) {
      expect(() => checkIds({ ...GOOD, [name]: id })).toThrow(
        expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(name) }),
      );
    }
  });

  it.each([undefined, null, 7, {}])('must be text: %o', (id) => {
    expect(() => checkIds({ ...GOOD, batchId: id as never })).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});

describe('the time of completion', () => {
  it('may be any, also one to come', () => {
    for (const time of [0, Date.UTC(2500, 0)]) expect(() => checkTime(new Date(time))).not.toThrow();
  });

  it.each([new Date('never'), new Date(1_760_627_796_000_000), new Date(-1e14), '2026-11-21T12:00:00Z', 1_760_627_796])(
    'is refused: %o',
    (time) => {
      expect(() => checkTime(time as never)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    },
  );
});
