import { describe, expect, it } from 'vitest';
import { admit, groupJobs, latecomers, placeJobs, summaryOf } from '#lib/components/downloads/jobs.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

const keysOf = (views: readonly VideoView[]) => views.map(({ key }) => key);
const running = (key: string, orderedMs = 0) => view({ key, state: 'generating', submittedAt: at(orderedMs) });
const ready = (key: string) => view({ key, state: 'ready', completedAt: at(-1000) });
const failed = (key: string) => view({ key, state: 'failed' });

it('sorts jobs by what needs a person first', () => {
  const views = [
    view({ key: 'saved/early', state: 'ready', completedAt: at(-2000) }),
    view({ key: 'saved/late', state: 'ready', completedAt: at(-1000) }),
    view({ key: 'runs/calm', state: 'generating', submittedAt: at(-1000), expiresAt: at(9e6) }),
    view({ key: 'runs/urgent', state: 'uncaptured', submittedAt: at(-5000), expiresAt: at(1000) }),
    view({ key: 'none/none' }),
    view({ key: 'stopped/canceled', state: 'canceled' }),
    view({ key: 'stopped/failed', state: 'failed', submittedAt: at(0) }),
  ];
  const { underWay, stopped, saved } = groupJobs(views);
  expect(underWay.map(({ key }) => key)).toEqual(['runs/urgent', 'runs/calm']);
  expect(stopped.map(({ key }) => key)).toEqual(['stopped/failed', 'stopped/canceled']);
  expect(saved.map(({ key }) => key)).toEqual(['saved/late', 'saved/early']);
});

describe('the places of jobs on a page', () => {
  it('are kept when a job ends or begins again', () => {
    const places = placeJobs([running('a'), failed('b'), ready('c')]);
    expect(places).toMatchObject({ now: ['a'], stopped: ['b'], saved: ['c'] });
    const later = [ready('a'), running('b'), ready('c')];
    expect(latecomers(places, later)).toEqual([]);
    expect(admit(places, later)).toBe(places);
  });

  it('have room for the first that begins where nothing ran', () => {
    const places = placeJobs([ready('c'), view({ key: 'none' })]);
    const admitted = admit(places, [ready('c'), running('none')]);
    expect(admitted.now).toEqual(['none']);
    // Now it is full, whatever becomes of the first.
    const after = [ready('c'), failed('none'), running('second')];
    expect(admit(admitted, after)).toBe(admitted);
    expect(keysOf(latecomers(admitted, after))).toEqual(['second']);
  });

  it('have more room where nothing stands below', () => {
    const begun = [running('b', 2), running('a', 1), running('d', 4), running('c', 3)];
    expect(admit(placeJobs([]), begun).now).toEqual(['a', 'b', 'c']);
  });

  it.each<[string, VideoView, string[]]>([
    ['what is saved and made again, because its line has no bar', running('saved'), ['saved']],
    ['what came and went meanwhile', ready('new'), ['new']],
    ['nothing that was never ordered', view({ key: 'new' }), []],
    ['nothing that runs in its own row', running('stopped'), []],
  ])('miss %s', (_what, one, expected) => {
    const places = placeJobs([ready('saved'), failed('stopped'), running('runs')]);
    expect(keysOf(latecomers(places, [one]))).toEqual(expected);
  });
});

it('sums up what the rows of a list have come to', () => {
  expect(summaryOf([running('a'), ready('b'), running('c'), failed('d')]).replaceAll('\u00a0', ' ')).toBe(
    '2 under way, 1 stopped, 1 saved',
  );
  expect(summaryOf([view()])).toBe('');
});
