// `npm run package`: makes dist/, what is published. What goes in follows from `exports` and `bin` of package.json.
import '../shared/require-node.js';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compile } from './compile.ts';
import { entriesOf, isModule } from './entries.ts';
import { refusalsOf } from './refusals.ts';
import { placeOf } from './rewrite-imports.ts';
import { slim } from './slim.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
/** What lies among these sources is read at run time, and named by no import. */
const DATA = ['lib/sandbox/clips'];

const entries = entriesOf(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
const compiled = compile({ root: ROOT, sources: entries.map(({ source }) => source) });
if ('problems' in compiled) {
  process.stderr.write(compiled.problems);
  process.exit(1);
}
rmSync(DIST, { recursive: true, force: true });
const declarations = entries
  .filter(isModule)
  .map(({ source }) => placeOf(ROOT, join(ROOT, source)).replace(/\.(c?)ts$/, '.d.$1ts'));
write(slim(compiled.files, declarations));
write(refusalsOf(entries));
for (const name of DATA) {
  cpSync(join(ROOT, 'src', name), join(DIST, name), { recursive: true, filter: (path) => !path.endsWith('.ts') });
}

function write(files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    mkdirSync(dirname(join(DIST, name)), { recursive: true });
    writeFileSync(join(DIST, name), text);
  }
}
