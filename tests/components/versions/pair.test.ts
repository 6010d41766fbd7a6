import { describe, expect, it } from 'vitest';
import type { FilmVersion } from '#lib/components/versions/films.ts';
import { pairOf, restorableOf, sideName, sidesOf } from '#lib/components/versions/pair.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

const era = { id: 'today', name: 'Today', period: '2020s' };
const moment = { spot: { id: 'colosseum', name: 'Colosseum', eras: [era] }, era, view: view({ state: 'generating' }) };
const { key } = moment.view;
const film = (version: number, isCurrent = false): FilmVersion => ({
  ...{ version, isCurrent },
  ...{ src: `/videos/v${version}.mp4`, width: 640, height: 480 },
});
const films = [film(3, true), film(2), film(1)];

function shown(now: readonly FilmVersion[] = films) {
  const pair = pairOf(key, film(1), films);
  return pair && sidesOf(pair, moment, now);
}

describe('two films that are compared', () => {
  it('are the picked one and the current one, each with what the stage needs', () => {
    const sides = shown();
    expect(sides?.map((side) => side.film.version)).toEqual([1, 3]);
    expect(sides?.map((side) => side.moment.era.period)).toEqual(['Version 1', 'Version 3']);
    expect(sides?.[0].moment.view).toMatchObject({ state: 'ready', src: '/videos/v1.mp4', width: 640, height: 480 });
  });

  it('have their own pictures', () => {
    const pictures = { poster: { src: '/videos/v1.poster.webp?v=1', width: 640, height: 480 } };
    const sides = shown([film(3, true), film(2), { ...film(1), pictures }]);
    expect(sides?.map((side) => side.moment.view.pictures)).toEqual([pictures, undefined]);
  });

  it('have players of their own, the current one that which played it before', () => {
    expect(shown()?.map((side) => side.moment.view.key)).toEqual([`${key}@1`, key]);
  });

  it('stay on their sides when the picked one is restored', () => {
    const sides = shown([film(3), film(2), film(1, true)]);
    expect(sides?.map(({ film }) => sideName(film))).toEqual(['Version 1, current', 'Version 3']);
    expect(sides?.map((side) => side.moment.view.key)).toEqual([`${key}@1`, key]);
  });

  it.each([
    ['the picked one', films, 1],
    ['the other, once the picked one is the current one', [film(3), film(2), film(1, true)], 3],
    ['the picked one, also when a third is the current one', [film(3), film(2, true), film(1)], 1],
  ])('can be restored: %s', (_name, now, version) => {
    const sides = shown(now);
    expect(sides && restorableOf(sides).version).toBe(version);
  });

  it.each<[string, FilmVersion[]]>([
    ['one is deleted', [film(3, true), film(2), { version: 1, isCurrent: false, deletedAt: at(0) }]],
    ['one is not kept any more', [film(3, true), film(2)]],
    ['the current one is deleted', [film(2), film(1)]],
  ])('are compared no longer: %s', (_name, now) => {
    expect(shown(now)).toBeUndefined();
  });

  it('belong to one era', () => {
    expect(sidesOf({ key: 'colosseum/imperial', picked: 1, other: 3 }, moment, films)).toBeUndefined();
  });

  it.each([
    ['the current one with itself', film(3, true), films],
    ['with no current one', film(2), [film(2), film(1)]],
  ])('are none: %s', (_name, picked, now) => {
    expect(pairOf(key, picked, now)).toBeUndefined();
  });
});
