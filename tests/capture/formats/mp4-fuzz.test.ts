import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MediaReport } from '#lib/capture/formats/media-report.ts';
import { film, fragmentedFilm, PICTURES, SOUND } from '../../fixtures/mp4/mp4-builder.ts';

const MUTATIONS = 1000;
const LIMIT_MS = 2000;
/** Of the heap: as much as a worker needs to start, and not much more. */
const HEAP_MB = 64;

const committed = (name: string) => readFileSync(new URL(`../../fixtures/mp4/films/${name}`, import.meta.url));
const shown = {
  ...PICTURES,
  shifts: [
    [1, 200],
    [5, 100],
  ] as Array<[number, number]>,
  edits: [[1000, 100]] as Array<[number, number]>,
};
const films = [
  committed('plain.mp4'),
  committed('hybrid.mp4'),
  film({ tracks: [shown, { ...SOUND, sizeTable: 8, isLarge: true }], mdat: 'endless' }),
  fragmentedFilm({ tracks: [PICTURES, SOUND], hasSidx: true, hasMfra: true }),
];

interface Answer {
  seed: number;
  report?: MediaReport;
  error?: string;
}

let worker: Worker;
beforeAll(async () => {
  worker = new Worker(new URL('../../fixtures/mp4/mp4-fuzz-worker.ts', import.meta.url), {
    workerData: films,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 },
  });
  await once(worker, 'message');
});
afterAll(() => worker.terminate());

/** What the worker says of a mutation; an error when it dies of it, or is still at it after the limit. */
async function check(seed: number): Promise<Answer> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const answered = once(worker, 'message', { signal: limit });
  worker.postMessage(seed);
  try {
    const [answer] = await answered;
    return answer;
  } catch (error) {
    throw new Error(limit.aborted ? `seed ${seed} takes more than ${LIMIT_MS} ms` : `seed ${seed}: ${error}`);
  }
}

test('a thousand damaged films are each answered soon and in little memory', { timeout: 120_000 }, async () => {
  let refused = 0;
  for (let seed = 1; seed <= MUTATIONS; seed += 1) {
    const { report, error } = await check(seed);
    expect(error, `seed ${seed}`).toBeUndefined();
    if (report?.problem !== undefined) refused += 1;
    // What is accepted can be put on record.
    else expect(JSON.parse(JSON.stringify(report?.media)), `seed ${seed}`).toEqual(report?.media);
  }
  // It would prove little if the damage were none, or the check refused everything.
  expect(refused).toBeGreaterThan(MUTATIONS / 2);
  expect(refused).toBeLessThan(MUTATIONS - 50);
});
