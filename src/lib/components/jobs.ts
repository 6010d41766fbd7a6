import type { VideoView } from '#lib/web/video-view.ts';
import { isUnderWay } from './stage-words.ts';

export interface JobGroups {
  /** The nearest deadline first, then the oldest order. */
  underWay: VideoView[];
  /** Failed and canceled, the latest first. */
  stopped: VideoView[];
  /** The latest first. */
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

/** What has no deadline yet has the most time left. */
function earliest(a: VideoView, b: VideoView): number {
  const [endOfA, endOfB] = [a, b].map(({ expiresAt }) =>
    expiresAt === undefined ? Number.MAX_VALUE : timeOf(expiresAt),
  );
  return (endOfA ?? 0) - (endOfB ?? 0) || timeOf(a.submittedAt) - timeOf(b.submittedAt) || compareKeys(a, b);
}

function latest(a: VideoView, b: VideoView): number {
  return timeOf(b.completedAt ?? b.submittedAt) - timeOf(a.completedAt ?? a.submittedAt) || compareKeys(a, b);
}

/** Without a time an entry goes where "long ago" goes. */
function timeOf(iso: string | undefined): number {
  return iso === undefined ? 0 : Date.parse(iso);
}

function compareKeys(a: VideoView, b: VideoView): number {
  return a.key < b.key ? -1 : 1;
}
