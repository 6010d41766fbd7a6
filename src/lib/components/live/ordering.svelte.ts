import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Wish } from '#lib/components/words/order-choices.ts';

/** What one visitor is about to order, and ordered last: shared by everything on a page. */
export class Ordering {
  readonly #wishes = new SvelteMap<string, Wish>();
  /** Only those that differ from the suggested prompt. */
  readonly #prompts = new SvelteMap<string, string>();
  readonly #refused = new SvelteMap<string, string>();
  /** A new object for each order. */
  last: { key: string } | undefined = $state.raw();

  wishOf(key: string): Wish {
    return this.#wishes.get(key) ?? {};
  }

  /** Adds to the earlier choices for this video. */
  wish(key: string, change: Wish): void {
    this.#wishes.set(key, { ...this.wishOf(key), ...change });
  }

  promptOf(key: string): string | undefined {
    return this.#prompts.get(key);
  }

  /** @param text undefined: the suggested prompt */
  write(key: string, text: string | undefined): void {
    if (text === undefined) this.#prompts.delete(key);
    else this.#prompts.set(key, text);
  }

  /** The prompt that moderation refused last, as far as this page knows. */
  refusedOf(key: string): string | undefined {
    return this.#refused.get(key);
  }

  noteRefused(key: string, text: string): void {
    this.#refused.set(key, text);
  }

  /** Call it after an order: the next one starts from scratch. */
  done(key: string): void {
    this.#prompts.delete(key);
    this.#refused.delete(key);
  }
}

export const [getOrdering, setOrdering] = createContext<Ordering>();
