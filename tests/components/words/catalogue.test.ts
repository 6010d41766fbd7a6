import { describe, expect, it } from 'vitest';
import { accessSentence } from '#lib/components/words/access-words.ts';
import { barOf } from '#lib/components/words/bar.ts';
import { eraLabel, firstShown, momentsOf } from '#lib/components/words/catalogue.ts';
import { factsOf, fileNameOf, shortFactsOf } from '#lib/components/words/facts.ts';
import { choicesFor } from '#lib/components/words/order-choices.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { at, NOW_MS, view } from '../../fixtures/records/video-views.ts';

const place = { id: 'rome', name: 'Rome', eras: ['old', 'middle', 'new'].map((id) => ({ id, name: id })) };
const viewsOf = (...views: VideoView[]) => new Map(views.map((one) => [one.key, one]));
const inRome = (eraId: string, fields: Partial<VideoView>) => view({ spotId: 'rome', eraId, ...fields });
const ready = { state: 'ready', src: '/videos/x.mp4' } as const;

describe('a place and its eras', () => {
  it('counts what the server does not speak of as not made', () => {
    const moments = momentsOf(place, viewsOf(inRome('old', ready)));
    expect(moments.map(({ view: { key, state } }) => [key, state])).toEqual([
      ['rome/old', 'ready'],
      ['rome/middle', 'none'],
      ['rome/new', 'none'],
    ]);
    expect(moments[1]?.view.estimateUsd).toBeNull();
  });

  it.each([
    ['the newest that is ready', [inRome('old', ready), inRome('middle', ready)], 1],
    ['a film that is being replaced', [inRome('old', ready), inRome('middle', { ...ready, state: 'generating' })], 1],
    ['else what is being made', [inRome('new', { state: 'generating' })], 2],
    ['else the oldest', [], 0],
  ])('shows %s first', (_what, views, expected) => {
    expect(firstShown(momentsOf(place, viewsOf(...views)))).toBe(expected);
  });

  it('names an era by its period, where it has one', () => {
    expect(eraLabel({ id: 'a', name: 'Belle Époque', period: '1900' })).toBe('1900, Belle Époque');
    expect(eraLabel({ id: 'a', name: 'Long ago' })).toBe('Long ago');
  });
});

describe('the bar of a job', () => {
  it.each<[string, VideoView, string, number]>([
    ['time while the provider works', view({ state: 'generating', submittedAt: at(-150_000) }), 'time', 50],
    ['time, and no more than all of it', view({ state: 'generating', submittedAt: at(-9e6) }), 'time', 100],
    [
      'bytes when they are known',
      view({ state: 'uncaptured', live: { stage: 'downloading', at: at(0), bytesReceived: 25, bytesTotal: 100 } }),
      'bytes',
      25,
    ],
    [
      'nothing when it is not known how many',
      view({ state: 'uncaptured', live: { stage: 'downloading', at: at(0), bytesReceived: 25 } }),
      'none',
      0,
    ],
    [
      'all bytes while they are checked',
      view({ state: 'uncaptured', live: { stage: 'verifying', at: at(0) } }),
      'bytes',
      100,
    ],
  ])('means %s', (_what, one, measure, percent) => {
    expect(barOf(one, NOW_MS)).toMatchObject({ measure, percent });
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
      'Cost: price not known',
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

describe('what can be chosen', () => {
  it('begins with what the server would do, at its price', () => {
    expect(choicesFor('wan2.7-t2v', {})).toMatchObject({ resolution: '720P', seconds: 5, estimateUsd: 0.5 });
  });

  it('knows the price of every choice', () => {
    const choices = choicesFor('wan2.7-t2v', { resolution: '1080P', seconds: 10 });
    expect(choices?.estimateUsd).toBeGreaterThan(1);
    expect(choices).toMatchObject({ resolution: '1080P', seconds: 10 });
  });

  it('has HappyHorse among what it knows, with its lengths and its price', () => {
    const choices = choicesFor('happyhorse-1.0-t2v', {});
    expect(choices).toMatchObject({ model: 'happyhorse-1.0-t2v', lengths: [3, 5, 8, 10, 15], estimateUsd: 0.7 });
  });

  it('gives way where choices do not go together', () => {
    const choices = choicesFor('wan2.7-t2v', { model: 'wan9-dream', resolution: '480P', seconds: 9999 });
    expect(choices).toMatchObject({ model: 'wan2.7-t2v', resolution: '720P', seconds: 5 });
  });

  it('offers nothing for a model it does not know, or that needs a picture', () => {
    expect(choicesFor('wan9-dream', {})).toBeUndefined();
    expect(choicesFor('wan2.7-i2v', {})).toBeUndefined();
  });
});

describe('who may spend', () => {
  it.each([
    [{ allowed: true, how: 'same-machine' } as const, /^Anyone at this machine/],
    [{ allowed: true, how: 'token' } as const, /^You are logged in/],
    [{ allowed: false, reason: 'Only with the token.', canLogIn: true } as const, /^Only with the token\.$/],
    [{ allowed: false, reason: '', canLogIn: false } as const, /look/],
  ])('is said in a sentence', (access, sentence) => expect(accessSentence(access)).toMatch(sentence));
});
