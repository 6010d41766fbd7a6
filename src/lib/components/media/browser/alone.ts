/** What of a `LockManager` is used. */
interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Runs work while no other tab of this browser does the same. A browser without such locks runs it at once. */
export async function alone<T>(name: string, work: () => Promise<T>, locks = locksOf()): Promise<T> {
  return locks ? await locks.request(`reelkeep-media ${name}`, work) : work();
}

/** Absent on pages without HTTPS, but for those of this machine. */
function locksOf(): Locks | undefined {
  return 'locks' in navigator && typeof navigator.locks?.request === 'function' ? navigator.locks : undefined;
}
