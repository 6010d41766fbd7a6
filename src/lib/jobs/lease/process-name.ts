/**
 * Whether two names, as `processIdentity` makes them, are of one process: machine, number and start agree, and only the
 * random part, which tells its runs apart, differs.
 */
export function isSameProcess(one: string, other: string): boolean {
  const withoutRun = (name: string) => name.split('/').slice(0, 3).join('/');
  return withoutRun(one) === withoutRun(other);
}
