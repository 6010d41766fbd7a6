import { describe, expect, it } from 'vitest';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import { JobBench, type KeyedRecord } from '../fixtures/fake-provider.ts';
import { loopback } from '../fixtures/loopback.ts';
import { makeMp4 } from '../fixtures/mp4.ts';

const HOUR_MS = 3_600_000;

/** A server that answers the downloads it has let in one by one, in the order in which they came. */
async function turnstile() {
  const video = await makeMp4({ sizeBytes: 4000 });
  const arrived: string[] = [];
  const waiting: Array<() => void> = [];
  const counts = { atOnce: 0, most: 0 };
  const origin = await loopback((request, response) => {
    arrived.push(request.url?.slice(1) ?? '');
    counts.atOnce += 1;
    counts.most = Math.max(counts.most, counts.atOnce);
    waiting.push(() => {
      counts.atOnce -= 1;
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': video.length, etag: '"one"' });
      response.end(video);
    });
  });
  return { origin, arrived, counts, letOut: () => waiting.shift()?.() };
}

/** Runs a job for each key, whose link dies after so many hours; undefined: nobody knows when. */
async function captures(hoursByKey: Record<string, number | undefined>, captureConcurrency?: number) {
  const [bench, gate] = [await JobBench.open(), await turnstile()];
  const engine = new JobEngine<KeyedRecord>({ store: bench.store, captureConcurrency });
  const keys = Object.keys(hoursByKey);
  for (const key of keys) await bench.given({ id: key, taskId: key });
  bench.provider.onFollow = async (taskId) => {
    const hours = hoursByKey[taskId];
    const expiresAt = hours === undefined ? undefined : new Date(bench.clock.now() + hours * HOUR_MS);
    return { taskId, phase: 'succeeded', assetUrl: `${gate.origin}/${taskId}`, expiresAt };
  };
  const run = (key: string) => engine.run(bench.job({ key }), { clock: bench.clock, every: () => () => {} });
  /** The link is on record just before its capture asks for a place. */
  const allAsk = () =>
    expect.poll(async () => (await bench.store.list()).every(({ videoUrl }) => videoUrl !== undefined)).toBe(true);
  return { ...gate, keys, run, allAsk };
}

describe('captures of one engine', () => {
  it.each([
    ['three', undefined, 3],
    ['as many as it is told', 2, 2],
  ])('%s at once', async (_name, captureConcurrency, expected) => {
    const five = { a: 1, b: 2, c: 3, d: 4, e: 5 };
    const { keys, run, allAsk, counts, arrived, letOut } = await captures(five, captureConcurrency);
    const all = Promise.all(keys.map(run));
    await allAsk();
    for (let done = 0; done < keys.length; done += 1) {
      await expect.poll(() => arrived.length).toBeGreaterThanOrEqual(Math.min(keys.length, done + expected));
      letOut();
    }
    await all;
    expect(counts.most).toBe(expected);
  });

  it('begin with the link that dies first, whichever was asked for first', async () => {
    const hours = { first: 30, late: 9, unknown: undefined, soon: 3, middle: 6 };
    const { keys, run, allAsk, arrived, letOut } = await captures(hours, 1);
    const first = run('first');
    await expect.poll(() => arrived).toEqual(['first']);
    const others = keys.slice(1).map(run);
    await allAsk();
    for (let done = 1; done <= keys.length; done += 1) {
      letOut();
      await expect.poll(() => arrived.length).toBe(Math.min(keys.length, done + 1));
    }
    await Promise.all([first, ...others]);
    expect(arrived).toEqual(['first', 'soon', 'middle', 'late', 'unknown']);
  });
});
