// `npm run bench`: every benchmark, one after the other; prints the tables and writes them to bench/RESULTS.md.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { benchBatch } from './batch.ts';
import { benchCapture } from './capture.ts';
import { benchDatabases } from './databases.ts';
import { benchMp4 } from './mp4.ts';
import { benchStore } from './store.ts';
import { benchUpload } from './upload.ts';

function machine(): string {
  const [cpu] = cpus();
  const memoryGiB = Math.round(totalmem() / 1024 ** 3);
  const tools = ['curl', 'aria2c'].map((name) => firstLine(name)).filter(Boolean);
  const versions = [`Node ${process.versions.node}`, `OpenSSL ${process.versions.openssl}`, ...tools];
  return `${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${memoryGiB} GiB, ${type()} ${release()}; ${versions.join(', ')}.`;
}

function firstLine(command: string): string {
  const { stdout, status } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return status === 0 ? (stdout.split('\n')[0] ?? '').split(' ').slice(0, 3).join(' ') : '';
}

const intro = [
  '# Benchmark results',
  '',
  'Written by `npm run bench`. Only ratios within one run mean anything: another machine, or the same one an hour later, has',
  'other times.',
  '',
  `${new Date().toISOString().slice(0, 10)}, ${machine()}`,
];
const sections = [intro.join('\n')];
for (const bench of [benchCapture, benchBatch, benchMp4, benchStore, benchDatabases, benchUpload]) {
  const section = await bench();
  console.log(`${section}\n`);
  sections.push(section);
}
writeFileSync(join(import.meta.dirname, 'RESULTS.md'), `${sections.join('\n\n')}\n`);
