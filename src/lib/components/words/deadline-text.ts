import type { VideoView } from '#lib/web/videos/view.ts';

const MINUTE_MS = 60_000;
/** Wan's links are valid for a day: the full length of the bar if the time of the order is unknown. */
const USUAL_LIFE_MS = 24 * 60 * MINUTE_MS;
const SOON_MS = 60 * MINUTE_MS;
/** Below this a person should act now: the banner is shown. */
export const URGENT_MS = 10 * MINUTE_MS;

export interface Deadline {
  leftMs: number;
  /** Remaining share of the link's lifetime, 0 to 1. */
  share: number;
  urgency: 'calm' | 'soon' | 'urgent' | 'over';
}

/** How long a result that is not saved yet can still be fetched; undefined if nothing expires. */
export function deadlineOf(
  view: Pick<VideoView, 'expiresAt' | 'state' | 'submittedAt'>,
  nowMs: number,
): Deadline | undefined {
  if (view.expiresAt === undefined || view.state === 'ready') return undefined;
  const endsMs = Date.parse(view.expiresAt);
  const leftMs = endsMs - nowMs;
  const beganMs = view.submittedAt === undefined ? Number.NaN : Date.parse(view.submittedAt);
  const lifeMs = endsMs > beganMs ? endsMs - beganMs : USUAL_LIFE_MS;
  return { leftMs, share: Math.min(1, Math.max(0, leftMs / lifeMs)), urgency: urgencyOf(leftMs) };
}

function urgencyOf(leftMs: number): Deadline['urgency'] {
  if (leftMs <= 0) return 'over';
  if (leftMs < URGENT_MS) return 'urgent';
  return leftMs < SOON_MS ? 'soon' : 'calm';
}

/**
 * The deadline that a page should show: of a result waiting to be saved, even if a person has to act first, and of anything
 * that will expire soon. For a video that is still being made, a whole day left is not worth showing.
 */
export function pressingDeadline(view: VideoView, nowMs: number): Deadline | undefined {
  if (view.state === 'canceled') return undefined;
  const deadline = deadlineOf(view, nowMs);
  // If the expired link has already caused a failure, its error says so.
  if (view.state === 'failed' && deadline?.urgency === 'over') return undefined;
  return view.state === 'generating' && deadline?.urgency === 'calm' ? undefined : deadline;
}

/** The videos whose link expires within ten minutes, most urgent first. */
export function urgentOf(views: readonly VideoView[], nowMs: number): VideoView[] {
  const timed = views.map((view) => ({ view, deadline: deadlineOf(view, nowMs) }));
  return timed
    .filter(({ deadline }) => deadline?.urgency === 'urgent')
    .sort((a, b) => (a.deadline?.leftMs ?? 0) - (b.deadline?.leftMs ?? 0))
    .map(({ view }) => view);
}
