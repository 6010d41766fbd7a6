import { describe, expect, it } from 'vitest';
import { SingleFlight } from '#lib/jobs/run/single-flight.ts';

function gate() {
  return Promise.withResolvers<void>();
}

describe('SingleFlight', () => {
  it('runs the work once for callers of one key, and gives each the events and the result', async () => {
    const flights = new SingleFlight<string, number>();
    const { promise, resolve } = gate();
    let runs = 0;
    const seen: number[][] = [[], []];
    const work = async (_signal: AbortSignal, emit: (event: number) => void) => {
      runs += 1;
      emit(1);
      await promise;
      emit(2);
      return 'done';
    };
    const first = flights.run('key', work, { onEvent: (event) => seen[0]?.push(event) });
    const second = flights.run('key', work, { onEvent: (event) => seen[1]?.push(event) });
    resolve();
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
    expect(runs).toBe(1);
    expect(seen).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(flights.isRunning('key')).toBe(false);
  });

  it('lets one caller go without stopping the work for the other', async () => {
    const flights = new SingleFlight<string, number>();
    const { promise, resolve } = gate();
    const impatient = new AbortController();
    let aborted = false;
    const work = async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      await promise;
      return 'done';
    };
    const first = flights.run('key', work, { signal: impatient.signal });
    const second = flights.run('key', work, {});
    await Promise.resolve();
    impatient.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    resolve();
    expect(await second).toBe('done');
    expect(aborted).toBe(false);
  });

  it('aborts the work when the last caller goes, and waits for it to stop cleanly', async () => {
    const flights = new SingleFlight<string, number>();
    const caller = new AbortController();
    const steps: string[] = [];
    const work = async (signal: AbortSignal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      steps.push('released the lease');
      throw new Error('stopped');
    };
    const running = flights.run('key', work, { signal: caller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    await expect(running).rejects.toThrow('stopped');
    expect(steps).toEqual(['released the lease']);
  });

  it('starts anew for a caller that comes while an aborted run is still stopping', async () => {
    const flights = new SingleFlight<string, number>();
    const { promise, resolve } = gate();
    const first = flights.run('key', async () => promise.then(() => 'first'), {});
    await new Promise((resolve) => setImmediate(resolve));
    const stopping = flights.abort('key', new Error('enough'));
    const second = flights.run('key', async () => 'second', {});
    resolve();
    await stopping;
    expect(await first).toBe('first');
    expect(await second).toBe('second');
  });

  it('survives a listener that throws', async () => {
    const flights = new SingleFlight<string, number>();
    const onEvent = () => {
      throw new Error('listener');
    };
    expect(await flights.run('key', async (_signal, emit) => String(emit(1)), { onEvent })).toBe('undefined');
  });
});
