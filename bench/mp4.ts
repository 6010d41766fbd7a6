import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { film, fragmentedFilm, PICTURES, SOUND } from '../tests/fixtures/mp4/mp4-builder.ts';
import { withNumber } from '../tests/fixtures/mp4/mp4-surgery.ts';
import { measureCommand, median, tableRow } from './measure.ts';

const TRIES = Number(process.env.BENCH_RUNS ?? 5);
const RUNNER = join(import.meta.dirname, 'mp4-run.ts');
const MOST = 0xffff_ffff;
const small = () => film({ tracks: [{ ...PICTURES, shifts: [[6, 1]] }, SOUND] });

/** Files that make a reader work: tables of any length in a file of no size, and whole films with very many samples. */
const FILES: Array<[name: string, make: () => Buffer]> = [
  ['a film of a few samples', small],
  ['stts that counts 4,294,967,295 samples', () => withNumber(small(), 'stts', 16, MOST)],
  ['ctts that counts 4,294,967,295 samples', () => withNumber(small(), 'ctts', 16, MOST)],
  ['stsc with 2,147,483,647 samples a chunk', () => withNumber(small(), 'stsc', 20, 0x7fff_ffff)],
  ['stsz that counts 4,294,967,295 samples', () => withNumber(small(), 'stsz', 16, MOST)],
  ['a million samples in as many chunks', () => film({ tracks: [manySamples(1_000_000)] })],
  [
    '30,000 fragments',
    () => fragmentedFilm({ fragments: Array.from({ length: 30_000 }, () => [{ track: 1, sizes: [9] }]) }),
  ],
];

const manySamples = (count: number) => ({ ...PICTURES, perChunk: 1, sizes: Array.from({ length: count }, () => 4) });

interface Report {
  checkMs: number;
  blockedMs: number;
  /** Why the file is refused; undefined for a whole one. */
  problem?: string;
}

/** What the check of an MP4 costs by its file: medians, each in a process of its own. */
export async function benchMp4(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'reelkeep-bench-'));
  try {
    const rows: string[] = [];
    for (const [name, make] of FILES) rows.push(await row(folder, name, make()));
    return [
      '## Checking an MP4',
      '',
      `Medians of ${TRIES} runs, each in a process of its own. "Blocked" is the longest time in which nothing else could run,`,
      "and the memory is that of the whole process, of which Node's own is about 55 MiB.",
      '',
      tableRow(['', 'file', 'answer', 'check', 'blocked', 'peak memory']),
      tableRow(['---', '---:', '---', '---:', '---:', '---:']),
      ...rows,
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function row(folder: string, name: string, content: Buffer): Promise<string> {
  const path = join(folder, 'film.mp4');
  const report = join(folder, 'report.json');
  writeFileSync(path, content);
  const costs: Array<Report & { peakMiB: number }> = [];
  for (let run = 0; run < TRIES; run += 1) {
    const outcome = await measureCommand(process.execPath, [RUNNER, path, report], process.env);
    if ('failed' in outcome) return tableRow([name, kib(content.length), outcome.failed, '', '', '']);
    const taken: Report = JSON.parse(readFileSync(report, 'utf8'));
    costs.push({ ...taken, peakMiB: outcome.peakMiB ?? Number.NaN });
  }
  const of = (key: 'checkMs' | 'blockedMs' | 'peakMiB') => Math.round(median(costs.map((cost) => cost[key])));
  const answer = costs[0]?.problem === undefined ? 'whole' : 'refused';
  return tableRow([
    name,
    kib(content.length),
    answer,
    `${of('checkMs')} ms`,
    `${of('blockedMs')} ms`,
    `${of('peakMiB')} MiB`,
  ]);
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024).toLocaleString('en')} KiB`;
}

if (import.meta.main) console.log(await benchMp4());
