/** A module that users of the package import or run. */
export interface Entry {
  /** As users write it, `reelkeep/capture` for example. */
  name: string;
  /** Its TypeScript, from the project root. */
  source: string;
  /** What a bundle for browsers gets in its place, from `dist`. */
  refusal?: string;
}

export interface PackageJson {
  name: string;
  exports: Record<string, string | Record<string, string>>;
  bin: Record<string, string>;
}

export function entriesOf({ name, exports, bin }: PackageJson): Entry[] {
  const modules = Object.entries(exports).flatMap(([subpath, target]): Entry[] => {
    // Such as package.json itself.
    if (typeof target === 'string') return [];
    const refusal = target.browser && { refusal: insideDist(target.browser) };
    return [{ name: name + subpath.slice(1), source: sourceOf(target.default), ...refusal }];
  });
  return [...modules, ...Object.entries(bin).map(([command, path]) => ({ name: command, source: sourceOf(path) }))];
}

/** Where a file of dist comes from: `src` is left out, so that stack traces are short. */
function sourceOf(path: string | undefined): string {
  const inside = insideDist(path).replace(/\.(c?)js$/, '.$1ts');
  return inside.startsWith('lib/') ? `src/${inside}` : inside;
}

function insideDist(path = ''): string {
  return path.replace(/^(\.\/)?dist\//, '');
}

/** Of the others, the commands, nobody needs declarations. */
export function isModule({ source }: Entry): boolean {
  return source.startsWith('src/');
}
