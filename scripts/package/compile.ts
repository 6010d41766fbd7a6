import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const EDITION = 'src/lib/base/edition.ts';
/** "…will not be rewritten during emit because it is not a relative path": here it will. */
const NOT_REWRITTEN_BY_TSC = 2877;

interface Compilation {
  /** Absolute. */
  root: string;
  /** Absolute. */
  dist: string;
  /** From the root; what they import comes along. */
  sources: readonly string[];
}

/** Writes JavaScript, source maps and declarations into `dist`. @returns what is wrong, or undefined */
export function compile({ root, dist, sources }: Compilation): string | undefined {
  const options = optionsFor(root, dist);
  const host = asPackage(ts.createCompilerHost(options), root);
  const program = ts.createProgram(
    sources.map((source) => join(root, source)),
    options,
    host,
  );
  const emitted = program.emit(undefined, (path, text) => write(root, dist, path, text), undefined, false, {
    before: [rewriteImports(root)],
    afterDeclarations: [rewriteImports(root)],
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics].filter(
    ({ code }) => code !== NOT_REWRITTEN_BY_TSC,
  );
  return problems.length === 0 ? undefined : ts.formatDiagnostics(problems, host);
}

/** The rules of tsconfig.json, without SvelteKit's. */
function optionsFor(root: string, dist: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const ours = ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
  return {
    ...ours,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: dist,
    declaration: true,
    sourceMap: true,
    inlineSources: true,
  };
}

/** Reads the sources as those of the package, whose folders and commands are others than the app's. */
function asPackage(host: ts.CompilerHost, root: string): ts.CompilerHost {
  const edition = join(root, EDITION);
  return {
    ...host,
    getSourceFile: (path, version, ...rest) => {
      if (resolve(path) !== edition) return host.getSourceFile(path, version, ...rest);
      const text = readFileSync(edition, 'utf8');
      if (!text.includes(" = 'app';")) throw new Error(`${EDITION} does not say which edition it is.`);
      return ts.createSourceFile(path, text.replace(" = 'app';", " = 'package';"), version);
    },
  };
}

/** Rewrites imports of ours, `#lib/…` and `./….ts`, to where they find each other in dist. Packages stay as they are. */
function rewriteImports<T extends ts.Node>(root: string): ts.TransformerFactory<T> {
  return (context) => (top) => {
    const file = ts.isSourceFile(top) ? top.fileName : '';
    // By its parent on the way down: a type that the compiler has written itself does not know its own.
    const below = <P extends ts.Node>(parent: P): P =>
      ts.visitEachChild(parent, (node) => (isOurs(node, parent) ? moved(node) : below(node)), context);
    const moved = ({ text }: ts.StringLiteral) => context.factory.createStringLiteral(inDist(root, file, text), true);
    return below(top);
  };
}

/** Whether a node is the module specifier of an import of ours. */
function isOurs(node: ts.Node, parent: ts.Node): node is ts.StringLiteral {
  if (!ts.isStringLiteral(node) || !/^(\.\.?\/|#lib\/).*\.ts$/.test(node.text)) return false;
  // The last is the type `import('…')`.
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent)) return true;
  return ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function inDist(root: string, file: string, specifier: string): string {
  const target = specifier.startsWith('#lib/')
    ? join(root, 'src/lib', specifier.slice('#lib/'.length))
    : resolve(dirname(file), specifier);
  const path = relative(dirname(placeOf(root, file)), placeOf(root, target))
    .split(sep)
    .join('/');
  return `${path.startsWith('.') ? '' : './'}${path.replace(/\.ts$/, '.js')}`;
}

/** `src` is left out, so that paths in stack traces are short. */
function placeOf(root: string, path: string): string {
  return relative(root, path).replace(/^src[\\/]/, '');
}

function write(root: string, dist: string, path: string, text: string): void {
  const place = join(dist, placeOf(root, join(root, relative(dist, path))));
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, path.endsWith('.map') ? movedMap(path, place, text) : text);
}

/** The source map of a file that lies elsewhere than the compiler put it. */
function movedMap(path: string, place: string, text: string): string {
  const map: { sources: string[] } = JSON.parse(text);
  const sources = map.sources.map((source) => relative(dirname(place), resolve(dirname(path), source)));
  return JSON.stringify({ ...map, sources: sources.map((source) => source.split(sep).join('/')) });
}
