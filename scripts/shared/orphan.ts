const LOOK_EVERY_MS = 500;

/**
 * Resolves when the shell is gone through which npm started this process. Who ends `npm start` with SIGTERM reaches npm and,
 * through it, that shell; neither passes the signal on, so without this the server would go on with nobody to stop it.
 * Never resolves for a process that npm did not start: such a one may well outlive its parent on purpose.
 */
export function whenOrphaned(): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    if (process.env.npm_lifecycle_event === undefined) return;
    const timer = setInterval(() => {
      if (process.ppid === parent && isAlive(parent)) return;
      clearInterval(timer);
      resolve();
    }, LOOK_EVERY_MS);
    // Looking alone must not keep a finished command alive.
    timer.unref();
  });
}

/** Windows gives an orphan no other parent. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
