import { describe, expect, it } from 'vitest';
import { factsOf, fileNameOf, shortFactsOf } from '#lib/components/words/facts.ts';
import { formatMoment } from '#lib/components/words/format.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

const HOUR_MS = 3_600_000;

function fact(name: string, fields: Partial<VideoView>): string | undefined {
  return factsOf(view(fields)).find((one) => one.name === name)?.value;
}

describe('how a video was made', () => {
  it('tells when this film was ordered, whatever was ordered since', () => {
    const film = { orderedAt: at(-3 * HOUR_MS), completedAt: at(-2 * HOUR_MS) };
    const view = { state: 'canceled', ...film, submittedAt: at(-HOUR_MS) } as const;
    expect(fact('Ordered', view)).toBe(formatMoment(film.orderedAt));
    expect(fact('Saved', view)).toBe(formatMoment(film.completedAt));
  });

  it('does not guess when it was ordered', () => {
    expect(factsOf({ ...view(), submittedAt: at(0) }).find(({ name }) => name === 'Ordered')?.value).toBeUndefined();
  });

  it('is always the same facts, known or not', () => {
    const names = (fields: Partial<VideoView>) => factsOf(view(fields)).map(({ name }) => name);
    expect(names({})).toEqual(names({ state: 'ready', model: 'wan2.7-t2v', orderedAt: at(0), sizeBytes: 5 }));
    expect(factsOf(view()).filter(({ value }) => value !== undefined)).toEqual([]);
  });
});

describe('how it was made', () => {
  const tell = (fields: Partial<VideoView>) =>
    factsOf(view(fields)).flatMap(({ name, value }) => (value === undefined ? [] : [`${name}: ${value}`]));

  it('tells what is known, and keeps a line for what is not', () => {
    expect(tell({})).toEqual([]);
    expect(tell({ model: 'wan2.7-t2v', width: 1280, height: 720, hasAudio: false, costUsd: null })).toEqual([
      'Model: wan2.7-t2v',
      'Picture: 1280 × 720',
      'Sound: none',
      'Cost: price unknown',
    ]);
    const names = (fields: Partial<VideoView>) => factsOf(view(fields)).map(({ name }) => name);
    expect(names({})).toEqual(names({ model: 'wan2.7-t2v', differences: ['4 s delivered'], sha256: 'a1' }));
  });

  it('does not call a test clip paid', () => {
    expect(tell({ costUsd: 0.5, sandbox: true })).toEqual(['Cost: nothing: made by the sandbox']);
  });

  it.each([
    [[], 'Delivered: as ordered'],
    [['4 s, not 5', '480P, not 720P'], 'Delivered: 4 s, not 5; 480P, not 720P'],
  ])('says what was delivered', (differences, expected) => {
    expect(tell({ differences })).toEqual([expected]);
  });

  it('says what is odd about the file', () => {
    expect(tell({ differences: [], notes: ['8 bytes behind it'] })).toEqual([
      'Delivered: as ordered; 8 bytes behind it',
    ]);
  });

  it('says it in short where there is one line', () => {
    const film = view({ model: 'wan2.7-t2v', durationSeconds: 5, costUsd: 0.5, width: 1280, height: 720 });
    expect(shortFactsOf(film).map((fact) => fact.replace('\u00a0', ' '))).toEqual(['wan2.7-t2v', '5 s', '1280 × 720']);
  });

  it('names the file', () => expect(fileNameOf('/videos/a-b.mp4?v=12#t=1')).toBe('a-b.mp4'));
});
