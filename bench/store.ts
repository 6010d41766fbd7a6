import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, tableRow } from './measure.ts';
import { importPeer, type Peer } from './peers.ts';

export type Subject = 'reelkeep' | 'lowdb' | 'write-file-atomic';
export type Task = 'one' | 'many';
export interface Measurement {
  ms: number;
  /** Durable writes that it took, where that is known. */
  commits?: number;
}
type Outcome = Measurement | { failed: string };

const SUBJECTS: readonly Subject[] = ['reelkeep', 'lowdb', 'write-file-atomic'];
const SIZES = [10, 1_000, 10_000];
const RUNS = 5;
const LONGEST_RUN_MS = 180_000;

/** The store against its peers: medians of 5 runs, each in a process of its own, subjects taking turns. */
export async function benchStore(): Promise<string> {
  const lowdb = await importPeer('lowdb', '7.0.1', 'lowdb/node');
  const subjects = SUBJECTS.filter((subject) => subject !== 'lowdb' || 'module' in lowdb);
  const rows: string[] = [];
  for (const task of ['one', 'many'] as const) {
    for (const records of SIZES) rows.push(await row(task, records, subjects));
  }
  const headings = ['', ...subjects.map(headingOf)];
  return [
    '## One JSON file of records',
    '',
    `Medians of ${RUNS} runs; in brackets the time as a multiple of ours. A record has about 440 bytes.`,
    '',
    tableRow(headings),
    tableRow(headings.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows,
    '',
    ...notes(lowdb),
  ].join('\n');
}

function notes(lowdb: Peer): string[] {
  const guarantees = [
    'What is compared is not equal: ours syncs the file and its folder, checks every record, and locks and reads again so',
    'that other processes lose nothing. lowdb never syncs and loses updates between processes. write-file-atomic syncs the',
    'file only, and is used here as one would without a store: an array in memory, written whole after each change.',
  ].join('\n');
  return 'skipped' in lowdb ? [guarantees, '', `Skipped: ${lowdb.skipped}`] : [guarantees];
}

async function row(task: Task, records: number, subjects: readonly Subject[]): Promise<string> {
  const outcomes = new Map<Subject, Outcome[]>(subjects.map((subject) => [subject, []]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const [subject, earlier] of outcomes) {
      // Whoever died once is not sent to die again.
      if (!earlier.some(isFailed)) earlier.push(await measure(subject, task, records));
    }
  }
  const ours = msOf(outcomes.get('reelkeep') ?? []);
  const what = task === 'one' ? 'one update' : '1,000 updates at once';
  const cells = subjects.map((subject) => cell(outcomes.get(subject) ?? [], subject === 'reelkeep' ? undefined : ours));
  return tableRow([`${what}, ${records.toLocaleString('en')} records`, ...cells]);
}

async function measure(subject: Subject, task: Task, records: number): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'reelkeep-bench-'));
  try {
    const script = join(import.meta.dirname, 'store-run.ts');
    const child = spawn(process.execPath, [script, subject, task, String(records), folder], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: LONGEST_RUN_MS,
      killSignal: 'SIGKILL',
    });
    let answer = '';
    child.stdout.on('data', (chunk) => {
      answer += chunk;
    });
    const [code, signal] = await once(child, 'close');
    if (code === 0) return JSON.parse(answer);
    return { failed: signal === 'SIGKILL' ? `not done in ${LONGEST_RUN_MS / 1000} s` : `died (${signal ?? code})` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isFailed(outcome: Outcome): outcome is { failed: string } {
  return 'failed' in outcome;
}

function msOf(outcomes: readonly Outcome[]): number {
  return median(outcomes.flatMap((outcome) => (isFailed(outcome) ? [] : [outcome.ms])));
}

function cell(outcomes: readonly Outcome[], ours: number | undefined): string {
  const failure = outcomes.find(isFailed);
  if (failure) return failure.failed;
  const ms = msOf(outcomes);
  const commits = Math.max(...outcomes.map((outcome) => (isFailed(outcome) ? 0 : (outcome.commits ?? 0))));
  const text = `${ms < 10 ? ms.toFixed(2) : Math.round(ms).toLocaleString('en')} ms`;
  if (ours !== undefined) return `${text} (${(ms / ours).toFixed(2)}×)`;
  return commits > 0 ? `${text}, ${commits} commit${commits === 1 ? '' : 's'}` : text;
}

function headingOf(subject: Subject): string {
  if (subject === 'reelkeep') return 'Reelkeep';
  if (subject === 'lowdb') return 'lowdb 7.0.1';
  const path = join(import.meta.dirname, '..', 'node_modules', subject, 'package.json');
  return `${subject} ${JSON.parse(readFileSync(path, 'utf8')).version}`;
}

if (import.meta.main) console.log(await benchStore());
