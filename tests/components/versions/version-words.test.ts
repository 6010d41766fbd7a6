import { describe, expect, it } from 'vitest';
import {
  changeWords,
  countWords,
  deletionQuestion,
  factWords,
  standingOf,
  timeWords,
} from '#lib/components/versions/version-words.ts';
import { at } from '../../fixtures/records/video-views.ts';

const film = { version: 2, isCurrent: false, src: '/videos/a-b.v2.mp4' };
const current = { version: 3, isCurrent: true, src: '/videos/a-b.mp4' };

describe('a version in words', () => {
  it.each([
    ['nothing of a former film', film, ''],
    ['the current one', current, 'Current'],
    ['deleted', { ...film, deletedAt: at(0) }, 'Deleted'],
    ['gone while it was listed', { ...film, isGone: true }, 'No longer kept'],
    [
      'not to be played',
      { ...film, problem: { code: 'not-found', message: 'Gone.', retryable: false } } as const,
      'Cannot be played',
    ],
  ])('says how it stands: %s', (_name, one, words) => {
    expect(standingOf(one)).toBe(words);
  });

  it.each([
    ['when it was made', { completedAt: '2026-11-21T12:00:00Z' }, 'Made 21 Nov 2026, 12:00 UTC'],
    ['that nobody knows when', {}, 'Made at a time that is not known'],
    [
      'until when its deletion can be undone',
      { completedAt: '2026-11-21T12:00:00Z', undoUntil: '2026-11-22T13:30:00Z' },
      'Can be undone until 22 Nov 2026, 13:30 UTC',
    ],
  ])('says %s', (_name, times, words) => {
    expect(timeWords(times).replaceAll('\u00a0', ' ')).toBe(words);
  });

  it.each([
    [{ model: 'wan2.7-t2v', sizeBytes: 1_200_000 }, 'wan2.7-t2v, 1.2 MB'],
    [{ model: 'wan2.7-t2v' }, 'wan2.7-t2v'],
    [{}, ''],
  ])('names model and size as far as they are known: %j', (facts, words) => {
    expect(factWords({ ...film, ...facts }).replaceAll('\u00a0', ' ')).toBe(words);
  });

  it.each([
    [{ kept: 1, deleted: 0 }, '1 film'],
    [{ kept: 3, deleted: 1 }, '3 films, 1 deleted'],
    [{ kept: 0, deleted: 2 }, '2 deleted'],
    [{ kept: 0, deleted: 0 }, ''],
  ])('counts %j', (counts, words) => {
    expect(countWords(counts).replaceAll('\u00a0', ' ')).toBe(words);
  });

  it('asks about the film that is shown, or the version that is meant', () => {
    expect(deletionQuestion(current)).toContain('the film that is shown here');
    expect(deletionQuestion(film)).toContain('deletes Version 2');
    expect(deletionQuestion(film)).toContain('For a day you can undo that');
  });

  it.each([
    ['restore', 'Version 2 is the current film again. Version 3 is kept.'],
    ['delete', 'Version 2 is deleted. You can undo that for a day.'],
    ['undo', 'Version 2 is back.'],
  ] as const)('says what a change has done: %s', (kind, words) => {
    expect(changeWords(kind, film, [current, film])).toBe(words);
  });

  it('names no other film where there was none', () => {
    expect(changeWords('restore', film, [film])).toBe('Version 2 is the current film again.');
  });
});
