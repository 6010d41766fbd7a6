import { describe, expect, it } from 'vitest';
import { factsOf } from '#lib/components/words/facts.ts';
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
