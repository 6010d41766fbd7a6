import { describe, expect, it } from 'vitest';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import { JobBench, type KeyedRecord } from '../fixtures/fake-provider.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { loopback } from '../fixtures/wire/loopback.ts';

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
  bench.provider.onRead = async (taskId) => {
    const hours = hoursByKey[taskId];
    const expiresAt = hours === undefined ? undefined : new Date(bench.clock.now() + hours * HOUR_MS);
    return bench.provider.succeeded(taskId, { url: `${gate.origin}/${taskId}`, expiresAt });
  };
  const run = (key: string) => engine.run(bench.job({ key }), { clock: bench.clock, every: () => () => {} });
  /** The link is on record just before its capture asks for a place. */
  const allAsk = () =>
    expect.poll(async () => bench.store.listSync().every(({ videoUrl }) => videoUrl !== undefined)).toBe(true);
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

describe('links that answer 503 for as long as they live', () => {
  const [LONG_MS, SHORT_MS] = [24 * HOUR_MS, 24 * HOUR_MS - 6 * 60_000];

  /** Three of them are tried, in all places of the engine, and one that is well but dies 6 minutes before them is not yet. */
  async function threeTried(how: 'run' | 'fetchAgain' = 'run') {
    const [bench, video, stop] = [await JobBench.open(), await makeMp4({ sizeBytes: 4000 }), new AbortController()];
    const startMs = bench.clock.now();
    const tries = { bad1: 0, bad2: 0, bad3: 0, good: 0 };
    const isName = (name: string): name is keyof typeof tries => name in tries;
    const origin = await loopback((request, response) => {
      const name = request.url?.slice(1) ?? '';
      if (isName(name)) tries[name] += 1;
      if (name !== 'good') return void response.writeHead(503).end();
      if (bench.clock.now() - startMs > SHORT_MS) return void response.writeHead(403).end();
      response
        .writeHead(200, { 'content-type': 'video/mp4', 'content-length': video.length, etag: '"one"' })
        .end(video);
    });
    const state = (taskId: string) => {
      const expiresAt = new Date(startMs + (taskId === 'good' ? SHORT_MS : LONG_MS));
      return bench.provider.succeeded(taskId, { url: `${origin}/${taskId}`, expiresAt });
    };
    bench.provider.onRead = async (taskId) => state(taskId);
    const engine = new JobEngine<KeyedRecord>({ store: bench.store, captureConcurrency: 3 });
    const tuning = { clock: bench.clock, every: () => () => {}, signal: stop.signal };
    const capture = async (key: string, by: typeof how) => {
      const over = by === 'fetchAgain' && ({ status: 'failed', errorCode: 'expired' } as const);
      await bench.given({ id: key, taskId: key, ...over });
      return by === 'run' ? engine.run(bench.job({ key }), tuning) : engine.fetchAgain(bench.job({ key }), key, tuning);
    };
    const bad = Promise.allSettled(['bad1', 'bad2', 'bad3'].map((key) => capture(key, how)));
    await expect.poll(() => tries.bad1 * tries.bad2 * tries.bad3).toBeGreaterThan(0);
    const stopped = async () => {
      stop.abort();
      await bad;
    };
    return { capture, tries, stopped };
  }

  it.each([
    ['keep no place from one that dies before them', 'run', 'run'],
    ['keep none from a video that is fetched again', 'run', 'fetchAgain'],
    ['keep none while they are fetched again themselves', 'fetchAgain', 'run'],
  ] as const)('%s, and are tried on', async (_name, bad, good) => {
    const { capture, tries, stopped } = await threeTried(bad);
    expect(await capture('good', good)).toMatchObject({ status: 'ready' });
    const before = tries.bad3;
    await expect.poll(() => tries.bad3).toBeGreaterThan(before);
    await stopped();
  });
});
