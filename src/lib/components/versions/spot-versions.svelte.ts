import { fetchVersions } from '#lib/components/live/version-changes.ts';
import type { Moment } from '#lib/components/words/catalogue.ts';
import { type FilmVersion, filmsIn } from './films.ts';
import { type Pair, pairOf, sidesOf } from './pair.ts';

/** In the middle of the picture: both films are to be seen at once. */
const HALF_WAY = 0.5;

/** The films of the spot and era that a page shows, and the two of them that somebody compares. */
export class SpotVersions {
  /** Place of the wipe: 0 is all the picked film, 1 all the other one. */
  at = $state(HALF_WAY);
  /** Of the bar of the comparison, in pixels. */
  barHeight = $state(0);
  /** Their list was asked for and did not come. */
  isMissing = $state(false);
  readonly #moment: () => Moment | undefined;
  #loaded: { key: string; films: FilmVersion[] } | undefined = $state.raw();
  #pair: (Pair & { isOver?: boolean }) | undefined = $state.raw();
  #news: { key: string; text: string } | undefined = $state.raw();
  #asked = 0;

  readonly #key = $derived.by(() => this.#moment()?.view.key);
  /** The newest first; undefined until they were loaded. */
  readonly films = $derived(this.#loaded?.key === this.#key ? this.#loaded?.films : undefined);
  /** What was done to them last. */
  readonly news = $derived(this.#news?.key === this.#key ? (this.#news?.text ?? '') : '');
  /** The picked film, then the other; undefined where nothing is compared, or one of them is gone. */
  readonly sides = $derived.by(() => {
    const moment = this.#moment();
    if (!moment || !this.#pair || this.#pair.isOver) return undefined;
    return sidesOf(this.#pair, moment, this.films ?? []);
  });
  /** Where a comparison has ended by itself its room stays, in pixels: what stands below must not come up. */
  readonly heldHeight = $derived(this.#pair && !this.sides ? this.barHeight : 0);

  /** @param moment what the page shows */
  constructor(moment: () => Moment | undefined) {
    this.#moment = moment;
  }

  /** Asks for the list, also for one that is known: it may have changed. */
  async load(): Promise<void> {
    const key = this.#key;
    if (key === undefined) return;
    const asked = ++this.#asked;
    const list = await fetchVersions(key).catch(() => undefined);
    // Whoever asked later hears more.
    if (asked !== this.#asked) return;
    this.isMissing = list === undefined;
    if (list) this.#loaded = { key, films: filmsIn(list) };
  }

  compare(film: FilmVersion): void {
    this.at = HALF_WAY;
    this.#pair = this.#key === undefined ? undefined : pairOf(this.#key, film, this.films ?? []);
  }

  endComparison(): void {
    this.#pair = undefined;
  }

  /** One of the films is gone. Should it come back, nobody is in the midst of comparing it any more. */
  breakComparison(): void {
    if (this.#pair) this.#pair = { ...this.#pair, isOver: true };
  }

  tell(text: string): void {
    this.#news = this.#key === undefined ? undefined : { key: this.#key, text };
  }
}
