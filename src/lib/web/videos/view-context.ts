import type { Settings } from '#lib/config.ts';
import type { LiveProgress } from './view.ts';

/** What a view of a video depends on beside its record. */
export interface ViewContext {
  settings: Settings;
  nowMs: number;
  live?: LiveProgress | undefined;
}
