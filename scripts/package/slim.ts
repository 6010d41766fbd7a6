import { dirname, extname, join } from 'node:path';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

/** Leaves out what nobody can use: declarations that no public module leads to, and the details of source maps. */
export function slim(files: ReadonlyMap<string, string>, entries: readonly string[]): Map<string, string> {
  const declarations = reachable(files, entries);
  const kept = [...files].filter(([path]) => !path.endsWith('.d.ts') || declarations.has(path));
  return new Map(kept.map(([path, text]) => [path, path.endsWith('.map') ? slimMap(path, text) : text]));
}

function reachable(files: ReadonlyMap<string, string>, entries: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    const text = files.get(path);
    if (text === undefined || found.has(path)) return;
    found.add(path);
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\(|import) ?'(\.[^']+)\.js'/g)) {
      visit(join(dirname(path), `${specifier}.d.ts`).replaceAll('\\', '/'));
    }
  };
  for (const entry of entries) visit(entry);
  return found;
}

interface SourceMap {
  sources: string[];
  mappings: string;
}

/** To the line: columns make most of a map, and the source is one of short lines. */
function slimMap(path: string, text: string): string {
  const map: SourceMap = JSON.parse(text);
  const mappings = encode(decode(map.mappings).map(lineChanges));
  // The compiler does not know that `src` is left out of the place of a file.
  const source = `${path.startsWith('lib/') ? 'src/' : ''}${path.replace(/\.c?js\.map$/, '')}`;
  const sources = map.sources.map((name) => `${'../'.repeat(path.split('/').length)}${source}${extname(name)}`);
  return JSON.stringify({ ...map, sources, mappings });
}

function lineChanges(line: SourceMapSegment[]): SourceMapSegment[] {
  return line.filter((segment, index) => index === 0 || segment[2] !== line[index - 1]?.[2]);
}
