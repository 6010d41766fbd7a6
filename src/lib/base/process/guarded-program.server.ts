import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { ToolEnvironment } from './tool-environment.ts';

export type GuardedProgram = ChildProcessByStdio<Writable, Readable, Readable>;

/** Absolute path of a program on PATH; undefined where there is none. */
export function findTool(name: string, environment: ToolEnvironment): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  return (environment.PATH ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .flatMap((folder) => names.map((one) => join(folder, one)))
    .find(isProgram);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Ends the program, and all that it has started, together with this process, however that ends: the pipe that this process
 * holds open is closed by the kernel even after SIGKILL. Everything is POSIX; `read` and `kill` are builtins, so that no
 * other process stays behind. Process 0 is the whole group, which the shell leads.
 */
const GUARD = `exec 3<&0
nice -n 10 "$@" </dev/null 3<&- &
child=$!
{ read -r _ <&3; kill -9 0; } >/dev/null 2>&1 &
watcher=$!
wait "$child"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"`;

/** Starts a program at low priority, in a process group of its own: Ctrl-C in the terminal is ours to handle. */
export function startGuarded(path: string, args: readonly string[], environment: ToolEnvironment): GuardedProgram {
  const stdio: ['pipe', 'pipe', 'pipe'] = ['pipe', 'pipe', 'pipe'];
  const options = { env: environment, stdio, windowsHide: true };
  // Windows has no shell for the guard; there the program only ends with this process when that ends in good order.
  const child =
    process.platform === 'win32'
      ? spawn(path, args, options)
      : spawn('/bin/sh', ['-c', GUARD, 'sh', path, ...args], { ...options, detached: true });
  // Closed before the guard reads it, where that was killed.
  child.stdin.on('error', () => {});
  return child;
}

/** Ends a program with everything that it has started. */
export function killGuarded(child: GuardedProgram): void {
  child.stdin.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
