import type { Era, SpotWithEras } from '#lib/wanx/spot.ts';
import type { VideoView } from '#lib/web/videos/view.ts';

/** One era of a place, with the state of its video. */
export interface Moment {
  spot: SpotWithEras;
  era: Era;
  view: VideoView;
}

/** The eras of a place in order. A pair that the server does not list is not made. */
export function momentsOf(spot: SpotWithEras, views: ReadonlyMap<string, VideoView>): Moment[] {
  return spot.eras.map((era) => {
    const key = `${spot.id}/${era.id}`;
    return { spot, era, view: views.get(key) ?? emptyView(key, spot.id, era.id) };
  });
}

function emptyView(key: string, spotId: string, eraId: string): VideoView {
  return { key, spotId, eraId, state: 'none', estimateUsd: null };
}

/** Which era a card shows first: the newest ready one, else the one being made, else one that was ordered, else the oldest. */
export function firstShown(moments: readonly Moment[]): number {
  const ready = moments.findLastIndex(({ view }) => view.src !== undefined);
  if (ready !== -1) return ready;
  const underWay = moments.findIndex(({ view }) => view.state === 'generating' || view.state === 'uncaptured');
  if (underWay !== -1) return underWay;
  return Math.max(
    0,
    moments.findIndex(({ view }) => view.state !== 'none'),
  );
}

/** `1900`, or the name if there is no period: for a button, and for the mark on a timeline. */
export function eraShort({ name, period }: Era): string {
  return period ?? name;
}

/** `1900, Belle Époque`, or just the name if there is no period. */
export function eraLabel({ name, period }: Era): string {
  return period === undefined ? name : `${period}, ${name}`;
}
