import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { openDatabase, recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordFormat, RecordStore } from '#lib/stores/records/record-store.ts';
import { plainFormat } from '../tests/fixtures/records/plain-format.ts';
import { median, tableRow } from './measure.ts';

const SIZES = [10, 1_000, 100_000] as const;
const AT_ONCE = 5000;
const ONE_BY_ONE = 100;
const WARM_UP = 10;

interface Entry {
  id: string;
  count: number;
  [field: string]: unknown;
}

/** What one durable update costs in each database, by how many records there are. */
export async function benchDatabases(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'reelkeep-bench-'));
  const postgres = await startPostgres().catch((error: unknown) => String(error));
  try {
    const rows: string[] = [];
    const both = async (name: string, addressOf: (size: number) => string) => {
      for (const listed of [false, true]) rows.push(await row(name, listed, addressOf, folder));
    };
    await both('SQLite', (size) => `sqlite:${join(folder, `${size}.db`)}`);
    if (typeof postgres === 'string') rows.push(`\nSkipped: PostgreSQL (${postgres})`);
    else await both('PostgreSQL', () => postgres.url);
    const headings = ['', ...SIZES.map((size) => `${size.toLocaleString('en')} records`), '100,000 : 10'];
    return [
      '## Records in a database',
      '',
      `One update at a time, each durable before the next: the median of ${ONE_BY_ONE}. A record has about 440 bytes. PostgreSQL`,
      'runs on the same machine as the tests have it: without fsync. With lists, the record also moves in one list, stays in',
      'another, and changes a total.',
      '',
      tableRow(headings),
      tableRow(headings.map((_, index) => (index === 0 ? '---' : '---:'))),
      ...rows,
    ].join('\n');
  } finally {
    if (typeof postgres !== 'string') await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function row(
  name: string,
  isListed: boolean,
  addressOf: (size: number) => string,
  folder: string,
): Promise<string> {
  const times: number[] = [];
  const heading = isListed ? `${name}, with lists` : name;
  for (const size of SIZES) {
    const address = addressOf(size);
    const partName = `bench-${isListed ? 'l' : 'p'}${'x'.repeat(String(size).length)}`;
    const part = { name: partName, format: isListed ? LISTED : FORMAT };
    const store = recordStores(part)({ jsonPath: join(folder, `${heading}-${size}.json`), database: address });
    times.push(await measure(store, size));
  }
  const database = openDatabase(addressOf(SIZES[0]));
  await database.close?.();
  const ratio = (times.at(-1) ?? Number.NaN) / (times[0] ?? Number.NaN);
  return tableRow([heading, ...times.map((ms) => `${ms.toFixed(2)} ms`), `${ratio.toFixed(2)}×`]);
}

const FORMAT = plainFormat(z.looseObject({ id: z.string(), count: z.number() }), ({ id }) => id);

const LISTED: RecordFormat<Entry> = {
  ...FORMAT,
  totalsOf: ({ count }) => ({ all: 1, counted: count }),
  lists: { version: 1, placesOf: ({ id, count }) => ({ all: id.length, 'by count': -count }) },
};

async function measure(store: RecordStore<Entry>, size: number): Promise<number> {
  for (let from = 0; from < size; from += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, size - from) }, (_, index) => from + index);
    await Promise.all(indexes.map((index) => store.update(entry(index).id, () => entry(index))));
  }
  const times: number[] = [];
  for (let index = 0; index < WARM_UP + ONE_BY_ONE; index += 1) {
    const { id } = entry((index * 7919) % size);
    const startedMs = performance.now();
    await store.update(id, (old) => old && { ...old, count: old.count + 1 });
    if (index >= WARM_UP) times.push(performance.now() - startedMs);
  }
  return median(times);
}

/** About 440 bytes, as a finished video's record. */
function entry(index: number): Entry {
  const prompt = 'A market square at dawn, slow dolly in. '.repeat(6);
  const facts = { status: 'ready', createdAt: '2026-11-21T00:00:00.000Z', sha256: 'ab'.repeat(32) };
  return { id: `spot-${index}-era`, count: 0, prompt, ...facts, localPath: `static/videos/spot-${index}-era.mp4` };
}

async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const script = join(import.meta.dirname, '../tests/fixtures/servers/postgres.sh');
  const child = spawn(script, [String(port)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'READY') continue;
    const stop = async () => {
      child.stdin.end();
      await ended;
    };
    return { url: `postgres://postgres:a-secret@127.0.0.1:${port}/postgres`, stop };
  }
  throw new Error('it is not installed');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

if (import.meta.main) console.log(await benchDatabases());
