import { textOf } from '#lib/web/events/view-text.ts';
import { VideoLists } from '#lib/web/videos/lists.ts';
import type { Position } from '#lib/web/videos/sorted-index.ts';
import type { VideoView } from '#lib/web/videos/view.ts';

/** The views in memory, in their lists, and which views have changed. */
export class HeldViews {
  readonly lists = new VideoLists();
  readonly #views = new Map<string, VideoView>();
  readonly #changed = new Map<string, VideoView>();
  #all: readonly VideoView[] | undefined;

  keys(): Iterable<string> {
    return this.#views.keys();
  }

  has(key: string): boolean {
    return this.#views.has(key);
  }

  get(key: string): VideoView | undefined {
    return this.#views.get(key);
  }

  /** @param positionInAll its position in the list of all */
  set(key: string, view: VideoView, positionInAll: Position): void {
    const before = this.#views.get(key);
    if (before && textOf(before) === textOf(view)) return;
    this.lists.set(view, before, positionInAll);
    this.#views.set(key, view);
    this.#changed.set(key, view);
    this.#all = undefined;
  }

  /** Notes the change of a view that is not in memory. */
  tell(key: string, view: VideoView): void {
    this.#changed.set(key, view);
  }

  /** Its change, if there is one, is still told. */
  drop(key: string): void {
    const view = this.#views.get(key);
    if (!view) return;
    this.#views.delete(key);
    this.lists.delete(view);
    this.#all = undefined;
  }

  /** As `drop`, of a video that is gone. */
  forget(key: string): void {
    this.drop(key);
    this.#changed.delete(key);
  }

  takeChanged(): VideoView[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  /** Returns the same array until something changes. */
  all(): readonly VideoView[] {
    this.#all ??= Object.freeze(this.lists.all());
    return this.#all;
  }
}
