import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createCRC64 } from 'hash-wasm';
import { makeMp4 } from '../tests/fixtures/mp4/mp4.ts';
import { type BenchServer, startBenchServer } from './capture-server.ts';
import { type Cost, measureCommand, median, type Outcome, tableRow } from './measure.ts';
import { importPeer } from './peers.ts';

const MIB = 1024 * 1024;
const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const SIZES = { small: 16 * MIB, middle: 128 * MIB, large: 1024 * MIB };
const PEERS: Record<string, string> = { got: '16.1.0', 'nodejs-file-downloader': '4.13.0', ipull: '4.0.3' };

/** How one subject fetches `url` into `path`. */
type Command = (url: string, path: string, server: BenchServer) => [command: string, args: string[]];

const script = (subject: string, copies = 1): Command => {
  const file = join(import.meta.dirname, 'capture-run.ts');
  return (url, path) => [process.execPath, [file, subject, url, path, String(copies)]];
};
const curl = (path: string, url: string, { certificate }: BenchServer) =>
  `curl -sS --fail --cacert '${certificate}' -o '${path}' '${url}'`;

const REELKEEP = script('reelkeep');
const CURL: Command = (url, path, server) => ['bash', ['-c', `exec ${curl(path, url, server)}`]];
const CURL_SYNC: Command = (url, path, server) => ['bash', ['-c', `${curl(path, url, server)} && sync -f '${path}'`]];
const ARIA2: Command = (url, path, { certificate }) => {
  const [folder, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  const quiet = ['--quiet', '--allow-overwrite=true', '--auto-file-renaming=false', `--ca-certificate=${certificate}`];
  return ['aria2c', [...quiet, '-d', folder, '-o', name, url]];
};

interface Table {
  title: string;
  subjects: Map<string, Command>;
  /** The subject that the others are multiples of. */
  unit: string;
  url: string;
  folder: string;
  sizeBytes: number;
}

/** Downloads against their peers: medians of 5 runs, subjects taking turns, each run in a process of its own. */
export async function benchCapture(): Promise<string> {
  const memory = workFolder(existsSync('/dev/shm') ? '/dev/shm' : join(import.meta.dirname, '.work'));
  const disk = workFolder(join(import.meta.dirname, '.work'));
  const server = await startBenchServer(memory, await makeSources(memory));
  try {
    const { subjects, skipped } = await availableSubjects();
    const durable = new Map([
      ['Reelkeep', REELKEEP],
      ['curl -o && sync -f', CURL_SYNC],
    ]);
    const tables: Table[] = schemes(server).flatMap(([name, base]) => [
      {
        title: `16 MiB over ${name}, in memory`,
        subjects,
        unit: 'curl -o',
        url: `${base}/small.mp4`,
        folder: memory,
        sizeBytes: SIZES.small,
      },
      {
        title: `1 GiB over ${name}, in memory`,
        subjects,
        unit: 'curl -o',
        url: `${base}/large.mp4`,
        folder: memory,
        sizeBytes: SIZES.large,
      },
      {
        title: `1 GiB over ${name}, on disk, durable`,
        subjects: durable,
        unit: 'curl -o && sync -f',
        url: `${base}/large.mp4`,
        folder: disk,
        sizeBytes: SIZES.large,
      },
    ]);
    const sections: string[] = [];
    for (const table of tables) sections.push(await measureTable(table, server));
    sections.push(await memoryTable(server, memory));
    return ['## Capture', '', ...preface(server, skipped), '', ...sections].join('\n');
  } finally {
    server.close();
    for (const folder of [memory, disk]) rmSync(folder, { recursive: true, force: true });
  }
}

function preface(server: BenchServer, skipped: string[]): string[] {
  return [
    `Loopback, served by ${server.name}. Medians of ${RUNS} runs, in brackets the time as a multiple of the first row's. Every`,
    "time is that of a whole process, so each JavaScript row has some 50 ms of Node's own start in it, and the loading of its",
    'modules; all of them with a compile cache (`module.enableCompileCache`) that an earlier run has filled. Reelkeep computes',
    'SHA-256 and CRC-64, walks the MP4, syncs file and folder and renames; the others only write what comes.',
    ...(skipped.length > 0 ? ['', `Skipped: ${skipped.join('; ')}`] : []),
  ];
}

function schemes(server: BenchServer): Array<['HTTP' | 'HTTPS', string]> {
  return server.https === undefined
    ? [['HTTP', server.http]]
    : [
        ['HTTP', server.http],
        ['HTTPS', server.https],
      ];
}

async function availableSubjects(): Promise<{ subjects: Map<string, Command>; skipped: string[] }> {
  const subjects = new Map<string, Command>([
    ['curl -o', CURL],
    ['Reelkeep', REELKEEP],
  ]);
  const skipped: string[] = [];
  if (spawnSync('aria2c', ['--version']).status === 0) subjects.set('aria2c', ARIA2);
  else skipped.push('aria2c: not installed');
  subjects.set('built-in fetch, pipeline', script('fetch'));
  for (const [name, version] of Object.entries(PEERS)) {
    const peer = await importPeer(name, version);
    if ('skipped' in peer) skipped.push(peer.skipped);
    else subjects.set(`${name} ${version}`, script(name));
  }
  return { subjects, skipped };
}

async function measureTable(table: Table, server: BenchServer): Promise<string> {
  const outcomes = new Map<string, Outcome[]>([...table.subjects.keys()].map((name) => [name, []]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, command] of table.subjects) outcomes.get(name)?.push(await measureOnce(table, command, server));
  }
  const unitMs = median(costsOf(outcomes.get(table.unit) ?? []).map((cost) => cost.wallMs));
  const names = [table.unit, ...[...outcomes.keys()].filter((name) => name !== table.unit)];
  const heading = ['', 'wall', 'CPU', 'peak memory'];
  return [
    `### ${table.title}`,
    '',
    tableRow(heading),
    tableRow(['---', '---:', '---:', '---:']),
    ...names.map((name) => outcomeRow(name, outcomes.get(name) ?? [], unitMs)),
    '',
  ].join('\n');
}

async function measureOnce({ url, folder, sizeBytes }: Table, command: Command, server: BenchServer): Promise<Outcome> {
  const output = mkdtempSync(join(folder, 'out-'));
  const path = join(output, 'video.mp4');
  try {
    const outcome = await measureCommand(...command(url, path, server), environment(server));
    if ('failed' in outcome) return outcome;
    const found = statSync(path, { throwIfNoEntry: false })?.size;
    return found === sizeBytes ? outcome : { failed: `left ${found ?? 0} of ${sizeBytes} bytes` };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function environment(server: BenchServer): NodeJS.ProcessEnv {
  return { ...process.env, NODE_EXTRA_CA_CERTS: server.certificate, NODE_NO_WARNINGS: '1' };
}

/** Peak memory of one download by size, and of sixteen at once. */
async function memoryTable(server: BenchServer, folder: string): Promise<string> {
  const base = server.https ?? server.http;
  const cases: Array<[string, string, number, number]> = [
    ['one of 16 MiB', 'small.mp4', SIZES.small, 1],
    ['one of 128 MiB', 'middle.mp4', SIZES.middle, 1],
    ['one of 1 GiB', 'large.mp4', SIZES.large, 1],
    ['sixteen of 128 MiB at once', 'middle.mp4', SIZES.middle, 16],
  ];
  const rows: string[] = [];
  for (const [title, name, sizeBytes, copies] of cases) {
    const outcomes: Outcome[] = [];
    const table = { url: `${base}/${name}`, folder, sizeBytes, title, unit: '', subjects: new Map() };
    for (let run = 0; run < RUNS; run += 1) outcomes.push(await measureOnce(table, script('reelkeep', copies), server));
    rows.push(tableRow([title, peakCell(outcomes)]));
  }
  const scheme = server.https === undefined ? 'HTTP' : 'HTTPS';
  return [
    `### Peak memory of Reelkeep, over ${scheme}`,
    '',
    tableRow(['', 'peak memory']),
    tableRow(['---', '---:']),
    ...rows,
    '',
  ].join('\n');
}

function outcomeRow(name: string, outcomes: readonly Outcome[], unitMs: number): string {
  const failed = outcomes.find((outcome) => 'failed' in outcome);
  if (failed && 'failed' in failed) return tableRow([name, failed.failed, '', '']);
  const costs = costsOf(outcomes);
  const wallMs = median(costs.map((cost) => cost.wallMs));
  const cpuMs = median(costs.map((cost) => cost.cpuMs ?? Number.NaN));
  return tableRow([
    name,
    `${Math.round(wallMs)} ms (${(wallMs / unitMs).toFixed(2)}×)`,
    `${Math.round(cpuMs)} ms`,
    peakCell(outcomes),
  ]);
}

function peakCell(outcomes: readonly Outcome[]): string {
  const failed = outcomes.find((outcome) => 'failed' in outcome);
  if (failed && 'failed' in failed) return failed.failed;
  return `${Math.round(median(costsOf(outcomes).map((cost) => cost.peakMiB ?? Number.NaN)))} MiB`;
}

function costsOf(outcomes: readonly Outcome[]): Cost[] {
  return outcomes.flatMap((outcome) => ('failed' in outcome ? [] : [outcome]));
}

function workFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'reelkeep-bench-'));
}

/** Whole MP4s of exactly these sizes; a `free` box of noise makes up the rest. Returns their checksums by name. */
async function makeSources(folder: string): Promise<Record<string, string>> {
  const video = await makeMp4({ sizeBytes: 100_000 });
  const noise = randomBytes(MIB);
  const checksums: Record<string, string> = {};
  for (const [name, sizeBytes] of Object.entries(SIZES)) {
    const crc64 = (await createCRC64()).init();
    const file = openSync(join(folder, `${name}.mp4`), 'w');
    for (const piece of piecesOf(video, noise, sizeBytes)) {
      writeSync(file, piece);
      crc64.update(piece);
    }
    closeSync(file);
    checksums[`${name}.mp4`] = BigInt(`0x${crc64.digest('hex')}`).toString();
  }
  return checksums;
}

function* piecesOf(video: Buffer, noise: Buffer, sizeBytes: number): Generator<Buffer> {
  const box = Buffer.alloc(8);
  box.writeUInt32BE(sizeBytes - video.length);
  box.write('free', 4, 'latin1');
  yield video;
  yield box;
  for (let left = sizeBytes - video.length - box.length; left > 0; left -= noise.length) {
    yield noise.subarray(0, Math.min(left, noise.length));
  }
}

if (import.meta.main) console.log(await benchCapture());
