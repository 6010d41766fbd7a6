// `npm run package`: makes dist/, what is published. What goes in follows from `exports` and `bin` of package.json.
import '../shared/require-node.js';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile } from './compile.ts';
import { entriesOf } from './entries.ts';
import { writeRefusals } from './refusals.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
/** What is read at run time, and no import names. */
const FILES = ['lib/sandbox/clips/files', 'lib/sandbox/clips/pictures'];

const entries = entriesOf(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
rmSync(DIST, { recursive: true, force: true });
const problems = compile({ root: ROOT, dist: DIST, sources: entries.map(({ source }) => source) });
if (problems === undefined) {
  writeRefusals(DIST, entries);
  const filter = (path: string) => !path.endsWith('.ts');
  for (const name of DATA) cpSync(join(ROOT, 'src', name), join(DIST, name), { recursive: true, filter });
} else {
  process.stderr.write(problems);
  process.exitCode = 1;
}
