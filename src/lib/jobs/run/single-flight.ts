import { callSafely } from '#lib/base/call-safely.ts';
import { abortError } from '#lib/base/clock.ts';
import { isAborted, reasonOf } from './caller-timeout.ts';

export interface FlightOptions<E> {
  onEvent?: ((event: E) => void) | undefined;
  signal?: AbortSignal | undefined;
}

type Work<T, E> = (signal: AbortSignal, emit: (event: E) => void) => Promise<T>;

interface Flight<T, E> {
  result: Promise<T>;
  controller: AbortController;
  listeners: Set<(event: E) => void>;
  passengers: number;
}

/**
 * Lets several callers in one process share the work on a key. Each gets every event and the result; the work is
 * aborted only when every caller has left.
 */
export class SingleFlight<T, E> {
  readonly #flights = new Map<string, Flight<T, E>>();

  async run(key: string, work: Work<T, E>, options: FlightOptions<E>): Promise<T> {
    let flight = this.#flights.get(key);
    while (flight?.controller.signal.aborted) {
      // No caller can join work that is ending; the next one starts after it.
      await flight.result.catch(() => {});
      flight = this.#flights.get(key);
    }
    return this.#board(flight ?? this.#start(key, work), options);
  }

  isRunning(key: string): boolean {
    return this.#flights.has(key);
  }

  /** Aborts the work on one key, if there is any, and waits until it has ended. */
  async abort(key: string, reason: unknown): Promise<void> {
    const flight = this.#flights.get(key);
    flight?.controller.abort(reason);
    await flight?.result.catch(() => {});
  }

  /** Aborts everything that runs and waits until it has ended. */
  async abortAll(reason: unknown): Promise<void> {
    await Promise.all([...this.#flights.keys()].map((key) => this.abort(key, reason)));
  }

  #start(key: string, work: Work<T, E>): Flight<T, E> {
    const controller = new AbortController();
    const listeners = new Set<(event: E) => void>();
    const emit = (event: E) => {
      for (const listener of listeners) callSafely(listener, event);
    };
    // Deferred, so that the first caller is on board before the first event.
    const result = Promise.resolve()
      .then(() => work(controller.signal, emit))
      .finally(() => {
        this.#flights.delete(key);
      });
    // Every passenger handles the result; without this a flight that all have left would count as unhandled.
    result.catch(() => {});
    const flight = { result, controller, listeners, passengers: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  async #board(flight: Flight<T, E>, { onEvent, signal }: FlightOptions<E>): Promise<T> {
    // A listener of its own, so that one function given by two callers is called for both.
    const listener = (event: E) => callSafely(onEvent, event);
    flight.listeners.add(listener);
    flight.passengers += 1;
    const { promise: left, reject: leave } = Promise.withResolvers<never>();
    // Without a handler of its own the losing side of the race would count as unhandled.
    left.catch(() => {});
    const onAbort = () => {
      flight.passengers -= 1;
      // The last one stays until the work has stopped cleanly: lease released, record written.
      if (flight.passengers === 0) flight.controller.abort(signal?.reason);
      else leave(reasonOf(signal) ?? abortError(signal));
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([flight.result, left]);
    } catch (error) {
      throw (isAborted(error) && reasonOf(signal)) || error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      flight.listeners.delete(listener);
    }
  }
}
