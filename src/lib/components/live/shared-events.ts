import { CLOSED, EVENT_NAMES, type EventName, type EventStream, type Later } from './live-client.ts';

/** The part of a BroadcastChannel that is used here. */
export interface Channel {
  postMessage(message: Message): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Message>) => void): void;
  close(): void;
}

export interface SharedOptions {
  /** Opens the stream itself. */
  open: () => EventStream;
  channel: Channel;
  /** Of this page; of two that hold a stream the one with the lower id keeps it. */
  id: string;
  /** All that this page knows, for one that has just come. */
  welcome: () => News[];
  later: Later;
}

export type News = readonly [name: EventName | 'error', data: string, id?: string];
/** `to`: only for that page. */
type Said = { kind: 'want' | 'held' | 'free' } | { kind: 'news'; news: readonly News[]; to?: string };
export type Message = Said & { from: string };

/** Whoever holds a stream answers within a few milliseconds; a busy one takes longer. */
export const ANSWER_WITHIN_MS = 200;
export const HELD_EVERY_MS = 2000;
/** A page that ended without a word does not say that it holds the stream. */
export const HELD_WITHIN_MS = 5000;

/**
 * One event stream for all pages of a browser: over HTTP/1.1 it opens six connections to one server, and six pages that
 * held one each would keep a seventh, and every button, from being answered. One page holds the stream and passes on what
 * it hears. By messages, not by the Web Locks API, which a browser has only over HTTPS, where HTTP/2 needs none of this.
 * Two that both hold a stream for a moment do no harm.
 */
export class SharedEvents implements EventStream {
  readonly #options: SharedOptions;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  #role: 'asking' | 'waiting' | 'holding' | 'gone' = 'asking';
  #source: EventStream | undefined;
  /** The stream has spoken, and has not failed since. */
  #isHeard = false;
  #cancelTimer: (() => void) | undefined;

  constructor(options: SharedOptions) {
    this.#options = options;
    options.channel.addEventListener('message', ({ data }) => this.#onMessage(data));
    this.#ask();
  }

  get readyState(): number {
    return this.#role === 'gone' ? CLOSED : (this.#source?.readyState ?? 0);
  }

  addEventListener(name: EventName | 'error', listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(name, listener);
  }

  close(): void {
    if (this.#role === 'gone') return;
    this.#cancelTimer?.();
    this.#source?.close();
    if (this.#role === 'holding') this.#post({ kind: 'free' });
    this.#role = 'gone';
    this.#options.channel.close();
  }

  #ask(): void {
    this.#role = 'asking';
    this.#post({ kind: 'want' });
    this.#inTime(() => this.#hold(), ANSWER_WITHIN_MS);
  }

  #hold(): void {
    this.#role = 'holding';
    this.#isHeard = false;
    const source = this.#options.open();
    this.#source = source;
    for (const name of [...EVENT_NAMES, 'error'] as const) {
      source.addEventListener(name, ({ data = '', lastEventId }) =>
        this.#passOn(lastEventId ? [name, data, lastEventId] : [name, data]),
      );
    }
    this.#sayHeld();
  }

  #sayHeld(): void {
    this.#post({ kind: 'held' });
    this.#inTime(() => this.#sayHeld(), HELD_EVERY_MS);
  }

  #passOn(news: News): void {
    this.#isHeard = news[0] !== 'error';
    this.#post({ kind: 'news', news: [news] });
    this.#emit(news);
  }

  #onMessage(message: Message): void {
    if (this.#role === 'gone') return;
    const { kind, from } = message;
    if (kind === 'want') this.#onWant(from);
    if (kind === 'held') this.#onHeld(from);
    if (kind === 'free' && this.#role === 'waiting') this.#ask();
    if (kind !== 'news' || this.#role === 'holding') return;
    if (message.to === undefined || message.to === this.#options.id) for (const news of message.news) this.#emit(news);
  }

  #onWant(from: string): void {
    if (this.#role === 'holding') {
      this.#post({ kind: 'held' });
      if (this.#isHeard) this.#post({ kind: 'news', news: this.#options.welcome(), to: from });
    } else if (this.#role === 'asking') {
      if (from < this.#options.id) this.#waitForHolder();
      // It came later and has not heard the first time.
      else this.#post({ kind: 'want' });
    }
  }

  #onHeld(from: string): void {
    if (this.#role !== 'holding') this.#waitForHolder();
    else if (this.#options.id < from) this.#post({ kind: 'held' });
    else this.#giveWay();
  }

  #giveWay(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#waitForHolder();
    // For what the other heard in between.
    this.#post({ kind: 'want' });
  }

  #waitForHolder(): void {
    this.#role = 'waiting';
    this.#inTime(() => this.#ask(), HELD_WITHIN_MS);
  }

  #inTime(action: () => void, delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.later(action, delayMs);
  }

  #emit([name, data, lastEventId = '']: News): void {
    this.#listeners.get(name)?.(new MessageEvent(name, { data, lastEventId }));
  }

  #post(said: Said): void {
    this.#options.channel.postMessage({ ...said, from: this.#options.id });
  }
}
