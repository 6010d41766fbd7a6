import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// Lowest first: a layer may import itself and what stands before it. Providers may not import each other.
const BASE = ['base'];
const STORAGE = ['capture', 'stores'];
const ENGINE = ['jobs'];
/** What providers share, above the engine: these do not import each other. */
const SHARED = ['media', 'pictures', 'notion'];
const PROVIDERS = ['wanx', 'openai-videos', 'fal', 'scrape'];
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  capture: BASE,
  stores: BASE,
  jobs: [...BASE, ...STORAGE],
  sandbox: BASE,
  data: [...BASE, 'wanx'],
  config: BASE,
  // What stands between the library and the routes; what of it a page may have carries no `.server` in its name.
  web: [...BASE, 'config', 'data', ...PROVIDERS, ...SHARED],
  // For another kind of app: beside the web, and like it on what lies below.
  electron: [...BASE, 'media', 'config'],
  components: [...BASE, 'data', 'web', ...PROVIDERS, ...SHARED],
  ...Object.fromEntries(SHARED.map((name) => [name, [...BASE, ...STORAGE, ...ENGINE, 'config']])),
  ...Object.fromEntries(PROVIDERS.map((name) => [name, [...BASE, ...STORAGE, ...ENGINE, ...SHARED, 'config']])),
};

/** Who stands outside one of these folders comes in at its `index.ts`, or by one of the pure files that a page may have. */
const DOORS = [...PROVIDERS, ...SHARED].map((name) => `${name}/index.ts`);
const FOR_PAGES = [
  'wanx/models.ts',
  'wanx/prompt-builder.ts',
  'wanx/spot.ts',
  'scrape/record/types.ts',
  'media/play/sources.ts',
  'media/types.ts',
];
/** Files that a chain of imports may have, from the first that imports to the last that is imported. */
const LONGEST_CHAIN = 14;
const MOST_FILES_IN_A_FOLDER = 15;
/** One file for each documented answer, and one for each clip. */
const COLLECTIONS = ['tests/fixtures/dashscope', 'src/lib/sandbox/clips/files'];

const root = resolve(import.meta.dirname, '..');
const library = join(root, 'src/lib');
const files = readdirSync(library, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(library, name));

interface Import {
  specifier: string;
  typeOnly: boolean;
  /** Loaded when it is first needed. */
  lazy: boolean;
}

function importsOf(text: string): Import[] {
  const pattern = /^\s*(?:import|export)\s+(type\s)?[^'";]*?(?:from\s*)?['"]([^'"]+)['"]/gm;
  const statements = [...text.matchAll(pattern)].map((match) => ({
    ...{ specifier: match[2] ?? '', typeOnly: match[1] !== undefined, lazy: false },
  }));
  const calls = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)];
  return [...statements, ...calls.map((match) => ({ specifier: match[1] ?? '', typeOnly: false, lazy: true }))];
}

/** The file that an import of ours means, or undefined for a package. */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#lib/')) return join(library, specifier.slice(5));
  return specifier.startsWith('.') ? resolve(dirname(file), specifier) : undefined;
}

function folderOf(file: string): string {
  const [first = ''] = relative(library, file).split('/');
  return first.replace(/\.ts$/, '');
}

const edges = files.flatMap((file) =>
  importsOf(readFileSync(file, 'utf8')).map((one) => ({ file, ...one, target: targetOf(file, one.specifier) })),
);

describe('the direction of imports', () => {
  it('sees the files and their imports at all', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(edges.length).toBeGreaterThan(200);
  });

  it('has a rule for every folder', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });

  it('runs one way', () => {
    const wrong = edges.filter(({ file, target }) => {
      const [from, to] = [folderOf(file), target && folderOf(target)];
      const allowed = MAY_IMPORT[from];
      return allowed !== undefined && to !== undefined && to !== from && !allowed.includes(to);
    });
    expect(wrong.map(({ file, specifier }) => `${relative(root, file)} -> ${specifier}`)).toEqual([]);
  });

  it('ends at the routes, which leave the work to the library', () => {
    const allowed = ['web', ...PROVIDERS, ...SHARED, 'config', 'data', 'components'];
    const routes = join(root, 'src/routes');
    const wrong = readdirSync(routes, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|svelte)$/.test(name))
      .flatMap((name) => importsOf(readFileSync(join(routes, name), 'utf8')).map((one) => ({ name, ...one })))
      .filter(({ specifier }) => specifier.startsWith('#lib/'))
      .filter(({ specifier }) => !allowed.includes(folderOf(join(library, specifier.slice(5)))));
    expect(wrong.map(({ name, specifier }) => `src/routes/${name} -> ${specifier}`)).toEqual([]);
  });

  it('enters the library at its door', () => {
    const outside = ['src/lib/web', 'src/lib/electron', 'src/lib/components', 'src/routes'].flatMap((folder) =>
      sourcesIn(folder),
    );
    const entries = outside
      .flatMap((name) => importsOf(readFileSync(join(root, name), 'utf8')).map((one) => ({ name, ...one })))
      .map(({ name, specifier }) => ({ name, target: targetOf(join(root, name), specifier) }))
      .flatMap(({ name, target }) => (target ? [{ name, inside: relative(library, target) }] : []))
      .filter(({ inside }) => DOORS.includes(inside.replace(/\/.*$/, '/index.ts')));
    expect(entries.length).toBeGreaterThan(20);
    const wrong = entries.filter(({ inside }) => !DOORS.includes(inside) && !FOR_PAGES.includes(inside));
    expect(wrong.map(({ name, inside }) => `${name} -> ${inside}`)).toEqual([]);
  });

  it('is short: to read one file, nobody has to know a tower of others', () => {
    const chain = longestChain(graphOf(edges));
    expect(chain.length, chain.map((file) => relative(root, file)).join('\n')).toBeLessThanOrEqual(LONGEST_CHAIN);
  });

  it('has no cycle of value imports', () => {
    const graph = graphOf(edges.filter(({ typeOnly, lazy }) => !typeOnly && !lazy));
    expect(findCycle(graph)?.map((file) => relative(root, file))).toBeUndefined();
  });

  it('names a folder by its index file: Node refuses a bare folder', () => {
    expect(edges.filter(({ target }) => target && !/\.(ts|json)$/.test(target)).map((one) => one.specifier)).toEqual(
      [],
    );
  });
});

describe('what another app loads for the web', () => {
  const loaded = (isTypes: boolean) => {
    const seen = new Set([join(library, 'web/index.ts')]);
    // A set also visits what is added on the way.
    for (const file of seen) {
      for (const one of edges) {
        const isLoaded = one.file === file && !one.lazy && (isTypes || !one.typeOnly);
        if (isLoaded && one.target?.endsWith('.ts')) seen.add(one.target);
      }
    }
    return [...seen];
  };

  it.each([
    ['SvelteKit, nor its types', true, /^(\$app|\$env|@sveltejs|svelte)(\/|$)/],
    ["our server's log", false, /^pino$/],
  ])('needs no %s', (_what, isTypes, wrong) => {
    const files = loaded(isTypes);
    expect(files.length).toBeGreaterThan(50);
    expect(edges.filter(({ file, specifier }) => files.includes(file) && wrong.test(specifier))).toEqual([]);
  });

  it("has none of our app's places", () => {
    expect(loaded(false).filter((file) => folderOf(file) === 'data')).toEqual([]);
  });
});

describe('a folder', () => {
  it(`has at most ${MOST_FILES_IN_A_FOLDER} files of its own`, () => {
    const folders = ['src/lib', 'scripts', 'tests'].flatMap((top) => [top, ...foldersIn(top)]);
    expect(folders.length).toBeGreaterThan(50);
    const full = folders
      .filter((folder) => !COLLECTIONS.includes(folder))
      .map((folder) => ({ folder, files: filesOf(folder).length }))
      .filter(({ files }) => files > MOST_FILES_IN_A_FOLDER);
    expect(full).toEqual([]);
  });
});

describe('what the browser must not get', () => {
  const serverOnly = (text: string) =>
    /from '(node:[^']+|undici|write-file-atomic|p-queue)'/.test(text.replace(/^import type .*$/gm, '')) ||
    /\bprocess\.env\b/.test(text);
  const isMarked = (file: string, text: string) =>
    file.endsWith('.server.ts') || text.startsWith("import '#lib/base/server-only.server.ts';");

  it('is marked in every file that touches network, disk or secrets', () => {
    // p-queue alone is harmless in a browser; everything else here is not.
    const unmarked = files.filter((file) => {
      const text = readFileSync(file, 'utf8').replace(/from 'p-queue'/g, '');
      return serverOnly(text) && !isMarked(file, text);
    });
    expect(unmarked.map((file) => relative(root, file))).toEqual([]);
  });

  it('reads the environment in one file', () => {
    const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(file, 'utf8')));
    expect(readers.map((file) => relative(library, file))).toEqual(['config.ts']);
  });

  it('never writes to the console', () => {
    const writers = files.filter((file) =>
      /\bconsole\.\w+\(/.test(readFileSync(file, 'utf8').replace(/^\s*\*.*$/gm, '')),
    );
    expect(writers.map((file) => relative(library, file))).toEqual([]);
  });
});

describe('providers', () => {
  it('do not import each other', () => {
    const wrong = edges.filter(({ file, target }) => {
      const [from, to] = [folderOf(file), target && folderOf(target)];
      return PROVIDERS.includes(from) && to !== undefined && to !== from && PROVIDERS.includes(to);
    });
    expect(wrong).toEqual([]);
  });
});

describe('the state of a record', () => {
  // A stand-in's tasks have fields of the same names.
  const outside = ['src/lib', 'src/routes', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => name.endsWith('.ts') && !/^src\/lib\/(jobs\/record|sandbox)\//.test(name)),
  );
  const misuses = (name: string, text: string) =>
    /canceledAt|cancelConfirmed|errorCode/.test(text) ? stateMisuses(name, text) : [];

  it('is read by stateOf alone: cancellations nowhere else, errorCode never beside status or taskId', () => {
    expect(outside.flatMap((name) => misuses(name, readFileSync(join(root, name), 'utf8')))).toEqual([]);
  });

  it.each([
    ['a cancellation', 'const f = (r) => r.canceledAt === undefined;', 1],
    ['one taken out of the record', 'function f({ cancelConfirmed: is }) { return is; }', 1],
    ['a code beside the status', "const f = ({ status, errorCode }) => status === 'failed' && errorCode;", 1],
    ['a code beside the task, in a callback', 'function f(r) { return r.taskId && [1].some(() => r.errorCode); }', 1],
    ['the code alone', 'const f = (r) => r.errorCode;', 0],
    ['each in a function of its own', 'const f = (r) => r.errorCode; const g = (r) => r.status;', 0],
    [
      'what is only written',
      "const f = (r) => ({ ...r, status: 'failed', errorCode: 'aborted', canceledAt: now });",
      0,
    ],
  ])('counts %s', (_what, text, count) => {
    expect(stateMisuses('x.ts', text)).toHaveLength(count);
  });
});

/** Where a file puts the state of a record together by hand: reads of its fields, outermost function by function. */
function stateMisuses(name: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, scope: Set<string> | undefined): void => {
    const read = fieldReadBy(node);
    if (read === 'canceledAt' || read === 'cancelConfirmed') found.push(`${name}: ${read}`);
    if (read !== undefined) scope?.add(read);
    const own = scope ?? (ts.isFunctionLike(node) ? new Set<string>() : undefined);
    ts.forEachChild(node, (child) => visit(child, own));
    if (own !== scope && own?.has('errorCode') && (own.has('status') || own.has('taskId'))) {
      found.push(`${name}: ${[...own].join(', ')}`);
    }
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest), undefined);
  return found;
}

const STATE_FIELDS: readonly string[] = ['canceledAt', 'cancelConfirmed', 'errorCode', 'status', 'taskId'];

function fieldReadBy(node: ts.Node): string | undefined {
  const name = ts.isPropertyAccessExpression(node)
    ? node.name
    : ts.isBindingElement(node)
      ? (node.propertyName ?? node.name)
      : undefined;
  return name && ts.isIdentifier(name) && STATE_FIELDS.includes(name.text) ? name.text : undefined;
}

/** TypeScript and Svelte of a folder, by their path from the project root. */
function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name))
    .map((name) => join(folder, name));
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}

function graphOf(some: typeof edges): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { file, target } of some) {
    if (target?.endsWith('.ts')) graph.set(file, [...(graph.get(file) ?? []), target]);
  }
  return graph;
}

/** Types and lazy imports count, too: who reads a file follows them like any other import. */
function longestChain(graph: Map<string, string[]>): string[] {
  const known = new Map<string, string[]>();
  const chainFrom = (file: string): string[] => {
    const before = known.get(file);
    if (before) return before;
    // Within a cycle of types a file counts once.
    known.set(file, [file]);
    const chain = [file, ...longest((graph.get(file) ?? []).map(chainFrom))];
    known.set(file, chain);
    return chain;
  };
  return longest([...graph.keys()].map(chainFrom));
}

function longest(chains: string[][]): string[] {
  return chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
}

function findCycle(graph: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    done.add(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
