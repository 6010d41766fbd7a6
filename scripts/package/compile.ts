import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { placeOf, rewriteImports } from './rewrite-imports.ts';

const EDITION = 'src/lib/base/command-line.ts';
/** "…will not be rewritten during emit because it is not a relative path": here it will. */
const NOT_REWRITTEN_BY_TSC = 2877;

interface Compilation {
  /** Absolute. */
  root: string;
  /** From the root; what they import comes along. */
  sources: readonly string[];
}

/** The text of each file of dist, by its path there; or what is wrong with the sources. */
type Compiled = { files: Map<string, string> } | { problems: string };

/** Compiles to JavaScript with source maps and declarations. */
export function compile({ root, sources }: Compilation): Compiled {
  const options = optionsFor(root);
  const host = ts.createCompilerHost(options);
  const paths = sources.map((source) => join(root, source));
  const program = ts.createProgram(paths, options, host);
  const problems = ts.getPreEmitDiagnostics(program).filter(({ code }) => code !== NOT_REWRITTEN_BY_TSC);
  if (problems.length > 0) return { problems: ts.formatDiagnostics(problems, host) };
  const files = new Map<string, string>();
  const write = (path: string, text: string) => files.set(placeOf(join(root, 'dist'), path), text);
  program.emit(undefined, write, undefined, true, { afterDeclarations: [rewriteImports(root)] });
  const inside = program.getSourceFiles().filter((file) => !program.isSourceFileFromExternalLibrary(file));
  for (const { fileName, isDeclarationFile } of inside) {
    if (isDeclarationFile) continue;
    const { outputText, sourceMapText = '' } = toJavaScript(root, fileName, options);
    const path = placeOf(root, fileName).replace(/\.(c?)ts$/, '.$1js');
    files.set(path, outputText).set(`${path}.map`, sourceMapText);
  }
  return { files };
}

/** Without its comments: they are for readers, who have them in the declarations, and with the source in the source map. */
function toJavaScript(root: string, fileName: string, options: ts.CompilerOptions): ts.TranspileOutput {
  return ts.transpileModule(asPackage(root, fileName), {
    fileName,
    compilerOptions: { ...options, module: moduleOf(fileName), declaration: false, removeComments: true },
    transformers: { before: [rewriteImports<ts.SourceFile>(root)] },
  });
}

/** `.cts` is CommonJS, for preload scripts of Electron; everything else is ESM. */
function moduleOf(fileName: string): ts.ModuleKind {
  return fileName.endsWith('.cts') ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext;
}

/** A source as that of the package, whose folders and commands are others than the app's. */
function asPackage(root: string, path: string): string {
  const text = readFileSync(path, 'utf8');
  if (resolve(path) !== join(root, EDITION)) return text;
  if (!text.includes(" = 'app';")) throw new Error(`${EDITION} does not say which edition it is.`);
  return text.replace(" = 'app';", " = 'package';");
}

/** The rules of tsconfig.json, without SvelteKit's. */
function optionsFor(root: string): ts.CompilerOptions {
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
    outDir: join(root, 'dist'),
    declaration: true,
    // What is only for our own commands may name types of Node, which an app need not have.
    stripInternal: true,
    sourceMap: true,
    inlineSources: true,
  };
}
