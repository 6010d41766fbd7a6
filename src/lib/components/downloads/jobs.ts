import { formatCount } from '#lib/components/words/format.ts';
import { isUnderWay } from '#lib/components/words/stage-words.ts';
import type { VideoState, VideoView } from '#lib/web/videos/view.ts';

export interface JobGroups {
  /** Nearest deadline first, then oldest order. */
  underWay: VideoView[];
  /** Failed and canceled, latest first. */
  stopped: VideoView[];
  /** Latest first. */
  saved: VideoView[];
}

export function groupJobs(views: Iterable<VideoView>): JobGroups {
  const all = [...views];
  return {
    underWay: all.filter(({ state }) => isUnderWay(state)).sort((a, b) => earliest(a, b)),
    stopped: all.filter(({ state }) => state === 'failed' || state === 'canceled').sort(latest),
    saved: all.filter(({ state }) => state === 'ready').sort(latest),
  };
}

/**
 * The position of each job on the page, by key. Set when the page is opened, and again on request: a row being read does
 * not move because its job has ended.
 */
export interface JobPlaces {
  now: readonly string[];
  stopped: readonly string[];
  saved: readonly string[];
  /** Number of rows in `now`; free ones are used for jobs that start while the page is open. */
  room: number;
}

/** With nothing below, more free rows cost nothing. */
const ROOM_ALONE = 3;

export function placeJobs(views: Iterable<VideoView>): JobPlaces {
  const { underWay, stopped, saved } = groupJobs(views);
  const isAlone = stopped.length + saved.length === 0;
  const keysOf = (group: VideoView[]) => group.map(({ key }) => key);
  return {
    now: keysOf(underWay),
    stopped: keysOf(stopped),
    saved: keysOf(saved),
    room: Math.max(underWay.length, isAlone ? ROOM_ALONE : 1),
  };
}

/** Jobs without a row, first ordered first: they started after `places` were set. */
export function latecomers({ now, stopped, saved }: JobPlaces, views: Iterable<VideoView>): VideoView[] {
  const followed = new Set([...now, ...stopped]);
  const listed = new Set([...followed, ...saved]);
  return [...views]
    .filter(({ key, state }) => (isUnderWay(state) ? !followed.has(key) : state !== 'none' && !listed.has(key)))
    .sort((a, b) => timeOf(a.submittedAt) - timeOf(b.submittedAt) || compareKeys(a, b));
}

/** Gives free rows to latecomers. Returns the same object if there are none to give. */
export function admit(places: JobPlaces, views: Iterable<VideoView>): JobPlaces {
  const admitted = latecomers(places, views).slice(0, Math.max(0, places.room - places.now.length));
  return admitted.length === 0 ? places : { ...places, now: [...places.now, ...admitted.map(({ key }) => key)] };
}

const GROUP_OF: Partial<Record<VideoState, string>> = {
  generating: 'under way',
  uncaptured: 'under way',
  failed: 'stopped',
  canceled: 'stopped',
  ready: 'saved',
};

/** `2 under way, 1 saved`: the current states of the rows of a list. */
export function summaryOf(views: readonly VideoView[]): string {
  const names = ['under way', 'stopped', 'saved'];
  const counts = names.map((name) => ({ name, count: views.filter(({ state }) => GROUP_OF[state] === name).length }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => formatCount(count, name, name))
    .join(', ');
}

/** A job without a deadline sorts last. */
function earliest(a: VideoView, b: VideoView): number {
  const [endOfA, endOfB] = [a, b].map(({ expiresAt }) =>
    expiresAt === undefined ? Number.MAX_VALUE : timeOf(expiresAt),
  );
  return (endOfA ?? 0) - (endOfB ?? 0) || timeOf(a.submittedAt) - timeOf(b.submittedAt) || compareKeys(a, b);
}

function latest(a: VideoView, b: VideoView): number {
  return timeOf(b.completedAt ?? b.submittedAt) - timeOf(a.completedAt ?? a.submittedAt) || compareKeys(a, b);
}

/** An entry without a time sorts as the oldest. */
function timeOf(iso: string | undefined): number {
  return iso === undefined ? 0 : Date.parse(iso);
}

function compareKeys(a: VideoView, b: VideoView): number {
  return a.key < b.key ? -1 : 1;
}
