const LOOK_EVERY_MS = 500;

/**
 * Resolves when the shell through which npm started this process has exited. A SIGTERM to `npm start` ends npm and that
 * shell, but neither forwards the signal, so without this the server would keep running.
 * Never resolves for a process that npm did not start: that one may outlive its parent on purpose.
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
    // The check must not keep a finished command alive.
    timer.unref();
  });
}

/** Windows does not give an orphan a new parent. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
