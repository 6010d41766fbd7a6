import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { mediaFiles } from '../tests/fixtures/media-files.ts';
import { makeMp4 } from '../tests/fixtures/mp4/mp4.ts';
import { type Cost, measureCommand, median, tableRow } from './measure.ts';

const RUNS = Number(process.env.BENCH_RUNS ?? 5);
/** A batch as users described theirs. */
const VIDEOS = 50;
const SIZES = { video: 20_000_000, thumbnail: 150_000, spritesheet: 750_000 };
const BATCH_BYTES = VIDEOS * (SIZES.video + SIZES.thumbnail + SIZES.spritesheet);
const SUBJECTS = { 'built-in fetch, pipeline': 'fetch', Reelkeep: 'reelkeep' };

/** A batch of finished videos with their pictures: medians, subjects taking turns, each run in a process of its own. */
export async function benchBatch(): Promise<string> {
  const memory = workFolder(existsSync('/dev/shm') ? '/dev/shm' : join(import.meta.dirname, '.work'));
  const disk = workFolder(join(import.meta.dirname, '.work'));
  const sizeBytes = await makeSources(memory);
  const server = spawn(process.execPath, [join(import.meta.dirname, 'batch-server.ts'), memory]);
  try {
    const [port] = await once(createInterface({ input: server.stdout }), 'line');
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    const tables = [
      await table('in memory', memory, { baseUrl, sizeBytes }),
      await table('on disk', disk, { baseUrl, sizeBytes }),
    ];
    return [...PREFACE, '', ...tables].join('\n');
  } finally {
    server.kill();
    for (const folder of [memory, disk]) rmSync(folder, { recursive: true, force: true });
  }
}

const PREFACE = [
  '## A batch of 50 videos',
  '',
  `50 videos of 20 MB with their thumbnails and sprite sheets (${(BATCH_BYTES / 1e9).toFixed(2)} GB), over HTTP on loopback, from a server in Node; four videos at`,
  `once. Medians of ${RUNS} runs, in brackets the time as a multiple of the first row's. Reelkeep asks for the state of each video`,
  'first, keeps a record of each in a JSON file under a lease, checks every file by its format and SHA-256, syncs it and its',
  'folder, and renames it; the other only writes what comes.',
];

interface Source {
  baseUrl: string;
  /** Of the files of one video. */
  sizeBytes: number;
}

async function table(title: string, folder: string, source: Source): Promise<string> {
  const costs = new Map<string, Cost[]>(Object.keys(SUBJECTS).map((name) => [name, []]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, subject] of Object.entries(SUBJECTS))
      costs.get(name)?.push(await download(subject, folder, source));
  }
  const unitMs = wallOf(costs.values().next().value ?? []);
  const rows = [...costs].map(([name, all]) => {
    const wallMs = wallOf(all);
    const cpuMs = median(all.map((cost) => cost.cpuMs ?? Number.NaN));
    const peakMiB = median(all.map((cost) => cost.peakMiB ?? Number.NaN));
    const cells = [`${Math.round(wallMs)} ms (${(wallMs / unitMs).toFixed(2)}×)`, `${Math.round(cpuMs)} ms`];
    return tableRow([name, ...cells, `${Math.round(peakMiB)} MiB`]);
  });
  return [
    `### ${title}`,
    '',
    tableRow(['', 'wall', 'CPU', 'peak memory']),
    tableRow(['---', '---:', '---:', '---:']),
    ...rows,
    '',
  ].join('\n');
}

const wallOf = (costs: readonly Cost[]) => median(costs.map(({ wallMs }) => wallMs));

/** @throws if a file is missing or has another size */
async function download(subject: string, parent: string, { baseUrl, sizeBytes }: Source): Promise<Cost> {
  const folder = workFolder(parent);
  try {
    const script = join(import.meta.dirname, 'batch-run.ts');
    const outcome = await measureCommand(process.execPath, [script, subject, baseUrl, folder, String(VIDEOS)], {
      ...process.env,
      NODE_NO_WARNINGS: '1',
    });
    if ('failed' in outcome) throw new Error(`${subject}: ${outcome.failed}`);
    const files = readdirSync(join(folder, 'BATCH_1')).map((name) => statSync(join(folder, 'BATCH_1', name)).size);
    const bytes = files.reduce((sum, size) => sum + size, 0);
    if (files.length !== 3 * VIDEOS || bytes !== VIDEOS * sizeBytes)
      throw new Error(`${subject} left ${files.length} files`);
    return outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function workFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'reelkeep-bench-'));
}

/** A whole film and whole pictures of about these sizes. @returns bytes of all three */
async function makeSources(folder: string): Promise<number> {
  const { webp, jpeg } = await mediaFiles();
  writeFileSync(join(folder, 'video.mp4'), await makeMp4({ sizeBytes: SIZES.video }));
  writeFileSync(join(folder, 'thumbnail.webp'), paddedWebp(webp, SIZES.thumbnail));
  writeFileSync(join(folder, 'spritesheet.jpg'), paddedJpeg(jpeg, SIZES.spritesheet));
  return ['video.mp4', 'thumbnail.webp', 'spritesheet.jpg'].reduce(
    (sum, name) => sum + statSync(join(folder, name)).size,
    0,
  );
}

/** With a chunk that no reader knows. */
function paddedWebp(webp: Buffer, sizeBytes: number): Buffer {
  const chunk = Buffer.alloc(sizeBytes - webp.length);
  chunk.write('NONE', 0, 'latin1');
  chunk.writeUInt32LE(chunk.length - 8, 4);
  const whole = Buffer.concat([webp, chunk]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

/** With comments, each of which has at most 65,533 bytes. */
function paddedJpeg(jpeg: Buffer, sizeBytes: number): Buffer {
  const comments: Buffer[] = [];
  for (let left = sizeBytes - jpeg.length; left > 0; ) {
    // Never less than a whole comment is left over.
    const size = left > 65_000 && left < 65_100 ? 60_000 : Math.min(left, 65_000);
    const comment = Buffer.alloc(size, 0x20);
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(size - 2, 2);
    comments.push(comment);
    left -= size;
  }
  return Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
}

if (import.meta.main) console.log(await benchBatch());
