import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf, newBucket, noRealS3, settingsOf, startRealS3 } from '../tests/fixtures/servers/real-s3.ts';
import { type Cost, measureCommand, median, type Outcome, tableRow } from './measure.ts';
import { importPeer, PEERS_FOLDER } from './peers.ts';

export const LIB_STORAGE = ['@aws-sdk/lib-storage', '3.1169.0'] as const;
/** What `upload-run.ts` gets, as JSON in a file. */
export interface UploadOrder {
  path: string;
  facts: { sizeBytes: number; sha256: string; mimeType: string };
  settings: ReturnType<typeof settingsOf>;
}

const SUBJECTS = ['lib-storage', 'reelkeep', 'reelkeep, three at once'] as const;
const SIZE_BYTES = 1024 ** 3;
const RUNS = 3;

/** The upload of 1 GiB to a Ceph radosgw on this machine: medians of 3 runs, subjects taking turns. */
export async function benchUpload(): Promise<string> {
  const title = '## Upload to S3';
  const reason = noRealS3();
  if (reason !== undefined) return `${title}\n\nSkipped: ${reason}`;
  const peer = await importPeer(...LIB_STORAGE);
  if ('skipped' in peer) return `${title}\n\nSkipped: ${peer.skipped}`;
  const folder = mkdtempSync(join(tmpdir(), 'reelkeep-bench-'));
  try {
    const film = makeFile(join(folder, 'film.mp4'));
    const outcomes = new Map<string, Outcome[]>(SUBJECTS.map((subject) => [subject, []]));
    for (let run = 0; run < RUNS; run += 1) {
      for (const [subject, earlier] of outcomes) earlier.push(await measure(subject, film, folder));
    }
    return [title, '', ...WORDS, '', ...table(outcomes)].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With a server of its own: Ceph keeps the bytes of a removed object for hours, and this one has 4 GiB. */
async function measure(subject: string, film: Omit<UploadOrder, 'settings'>, folder: string): Promise<Outcome> {
  const server = await startRealS3();
  const client = clientOf(server);
  try {
    const path = join(folder, 'order.json');
    const order: UploadOrder = { ...film, settings: settingsOf(server, await newBucket(client)) };
    writeFileSync(path, JSON.stringify(order));
    const script = join(import.meta.dirname, 'upload-run.ts');
    return await measureCommand(process.execPath, [script, subject, path, PEERS_FOLDER], process.env);
  } finally {
    client.destroy();
    await server.stop();
  }
}

const WORDS = [
  `1 GiB to a Ceph radosgw on the same machine, in parts of 8 MiB, four at a time. Medians of ${RUNS} runs of a whole process each;`,
  'in brackets the time as a multiple of the first row’s. lib-storage sends what it reads. Reelkeep checks the SHA-256 of what it',
  'reads and the MD5 of each part, keeps the upload’s id on record, and compares the object with both before it is done.',
];

function makeFile(path: string): Omit<UploadOrder, 'settings'> {
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  const piece = Buffer.alloc(1024 * 1024);
  for (let index = 0; index < SIZE_BYTES / piece.length; index += 1) {
    piece.fill(`${index} of a film `);
    hash.update(piece);
    writeSync(file, piece);
  }
  return { path, facts: { sizeBytes: SIZE_BYTES, sha256: hash.digest('hex'), mimeType: 'video/mp4' } };
}

function table(outcomes: ReadonlyMap<string, readonly Outcome[]>): string[] {
  const costs = [...outcomes].map(([subject, all]) => ({ subject, cost: medianOf(all) }));
  const first = costs[0]?.cost.wallMs ?? Number.NaN;
  const rows = costs.map(({ subject, cost: { wallMs, cpuMs, peakMiB } }) => {
    const name = subject.replace('reelkeep', 'Reelkeep').replace('lib-storage', LIB_STORAGE.join(' '));
    const wall = `${Math.round(wallMs)} ms (${(wallMs / first).toFixed(2)}×)`;
    return tableRow([name, wall, `${Math.round(cpuMs ?? Number.NaN)} ms`, `${Math.round(peakMiB ?? Number.NaN)} MiB`]);
  });
  return [tableRow(['', 'wall', 'CPU', 'peak memory']), tableRow(['---', '---:', '---:', '---:']), ...rows];
}

function medianOf(outcomes: readonly Outcome[]): Cost {
  const costs = outcomes.map((outcome) => {
    if ('failed' in outcome) throw new Error(outcome.failed);
    return outcome;
  });
  const of = (name: keyof Cost) => median(costs.map((cost) => cost[name] ?? Number.NaN));
  return { wallMs: of('wallMs'), cpuMs: of('cpuMs'), peakMiB: of('peakMiB') };
}

if (import.meta.main) console.log(await benchUpload());
