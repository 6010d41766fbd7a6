// One measurement in a process of its own: <subject> <one|many> <records> <folder>. Prints { ms, commits? } as JSON.
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { createJsonFileStore } from '#lib/stores/records/json-file-store.server.ts';
import { plainFormat } from '../tests/fixtures/records/plain-format.ts';
import { median } from './measure.ts';
import { importPeer } from './peers.ts';
import type { Measurement, Subject, Task } from './store.ts';

const AT_ONCE = 1000;
const ONE_BY_ONE = 30;
const WARM_UP = 3;

interface Entry {
  id: string;
  count: number;
  [field: string]: unknown;
}
type Update = (index: number) => Promise<unknown>;

/** About 440 bytes, as a finished video's record. */
function entry(index: number): Entry {
  return {
    id: `spot-${index}-era`,
    count: 0,
    status: 'ready',
    prompt: 'A market square at dawn, slow dolly in. '.repeat(6),
    createdAt: '2026-11-21T00:00:00.000Z',
    localPath: `static/videos/spot-${index}-era.mp4`,
    sha256: 'ab'.repeat(32),
  };
}

const changed = (old: Entry): Entry => ({ ...old, count: old.count + 1 });

const subjects: Record<Subject, (path: string, records: number) => Promise<Update>> = {
  async reelkeep(path) {
    const schema = z.looseObject({ id: z.string(), count: z.number() });
    const store = createJsonFileStore<Entry>({ path, format: plainFormat(schema, (record) => record.id) });
    return (index) => store.update(entry(index).id, (old) => changed(old ?? entry(index)));
  },

  async lowdb(path) {
    const peer = await importPeer('lowdb', '7.0.1', 'lowdb/node');
    if ('skipped' in peer) throw new Error(peer.skipped);
    const { JSONFilePreset } = peer.module;
    if (typeof JSONFilePreset !== 'function') throw new Error('lowdb has changed its exports');
    const database = await JSONFilePreset(path, []);
    return (index) =>
      database.update((data: Entry[]) => {
        data[index] = changed(data[index] ?? entry(index));
      });
  },

  // As one would use it without a store: the array in memory, written whole after each change.
  async 'write-file-atomic'(path, records) {
    const data = Array.from({ length: records }, (_, index) => entry(index));
    return (index) => {
      data[index] = changed(data[index] ?? entry(index));
      return writeFileAtomic(path, `${JSON.stringify(data, null, 2)}\n`);
    };
  },
};

async function main(subject: Subject, task: Task, records: number, folder: string): Promise<Measurement> {
  const path = join(folder, 'store.json');
  await writeFile(
    path,
    JSON.stringify(
      Array.from({ length: records }, (_, index) => entry(index)),
      null,
      2,
    ),
  );
  const update = await subjects[subject](path, records);
  for (let index = 0; index < WARM_UP; index += 1) await update(index % records);
  const syncs = await countSyncs();
  if (task === 'one') return { ms: await oneByOne(update, records) };
  const started = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => update(index % records)));
  const ms = performance.now() - started;
  // Each commit of ours syncs the file and its folder.
  return subject === 'reelkeep' ? { ms, commits: syncs() / 2 } : { ms };
}

async function oneByOne(update: Update, records: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < ONE_BY_ONE; index += 1) {
    const started = performance.now();
    await update((index * 7919) % records);
    times.push(performance.now() - started);
  }
  return median(times);
}

async function countSyncs(): Promise<() => number> {
  const handle = await open(import.meta.filename);
  await handle.close();
  const handles: { sync: (this: unknown) => Promise<void> } = Object.getPrototypeOf(handle);
  const { sync } = handles;
  let calls = 0;
  handles.sync = function () {
    calls += 1;
    return sync.call(this);
  };
  return () => calls;
}

const [subject, task, records, folder = ''] = process.argv.slice(2);
const isSubject = (name = ''): name is Subject => name in subjects;
if (!isSubject(subject)) throw new Error(`no such subject: ${subject}`);
console.log(JSON.stringify(await main(subject, task === 'one' ? 'one' : 'many', Number(records), folder)));
