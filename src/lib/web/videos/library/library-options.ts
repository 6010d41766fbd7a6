import type { VideoView } from '#lib/web/videos/view.ts';
import type { ViewContext } from '#lib/web/videos/view-context.ts';
import type { SettledSource } from './settled-source.ts';

/** @typeParam R a record of a video */
export interface LibraryOptions<R> {
  now: () => number;
  /** Listed first, in this order, also where there is no video yet. */
  spots: ReadonlyArray<{ id: string; eras: ReadonlyArray<{ id: string }> }>;
  /** With a database: its videos, of which those of these keys are always held. */
  settledVideos(keys: Iterable<string>): SettledSource<R>;
  toView(spotId: string, eraId: string, record: R | undefined, context: ViewContext): VideoView;
}
