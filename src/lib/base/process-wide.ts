/**
 * A value that exists once in the process, also where a bundler has copied this module into several bundles, or a hot
 * reload has loaded it again.
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(name);
  const all: Record<symbol, T | undefined> = globalThis as typeof globalThis & Record<symbol, T | undefined>;
  const value = all[key] ?? make();
  all[key] = value;
  return value;
}
