import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { ToolResult } from './types.ts';

/** The part of the environment that a program needs to start; nothing else is passed on. */
export type ToolEnvironment = Readonly<Record<string, string>>;

/** Absolute path of a program on PATH; undefined where there is none. */
export function findTool(name: string, environment: ToolEnvironment): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  return (environment.PATH ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .flatMap((folder) => names.map((one) => join(folder, one)))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Ends the program together with this process, however that ends: the pipe that this process holds open is closed by the
 * kernel even after SIGKILL. Everything is POSIX; `read` is a builtin, so that no other process stays behind.
 */
const GUARD = `exec 3<&0
nice -n 10 "$@" </dev/null 3<&- &
child=$!
{ read -r _ <&3; kill -9 "$child"; } >/dev/null 2>&1 &
watcher=$!
wait "$child"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"`;

/**
 * Runs a program to its end, at low priority, and kills it when the signal aborts. Never rejects: what it has written
 * decides, not how it ended.
 */
export function runTool(
  path: string,
  args: readonly string[],
  { environment, signal }: { environment: ToolEnvironment; signal: AbortSignal },
): Promise<ToolResult> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ output: '', errors: '', exitCode: null });
    const child = start(path, args, environment);
    const output = collect(child.stdout, (text) => text.slice(0, 65_536));
    const errors = collect(child.stderr, (text) => text.slice(-2000));
    const onAbort = () => kill(child);
    signal.addEventListener('abort', onAbort, { once: true });
    let problem = '';
    child.once('error', (error) => {
      problem = error.message;
      // One that did not start has no streams to wait for.
      if (child.pid === undefined) end(null);
    });
    child.once('close', (exitCode) => end(exitCode));
    // Closed before the guard reads it, where that was killed.
    child.stdin.on('error', () => {});
    function end(exitCode: number | null): void {
      signal.removeEventListener('abort', onAbort);
      child.stdin.destroy();
      resolve({ output: output(), errors: errors() || problem, exitCode });
    }
  });
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** In a process group of its own: Ctrl-C in the terminal is ours to handle. */
function start(path: string, args: readonly string[], environment: ToolEnvironment): Child {
  const stdio: ['pipe', 'pipe', 'pipe'] = ['pipe', 'pipe', 'pipe'];
  const options = { env: environment, stdio, windowsHide: true };
  // Windows has no shell for the guard; the time limit ends the program as long as this process lives.
  if (process.platform === 'win32') return spawn(path, args, options);
  return spawn('/bin/sh', ['-c', GUARD, 'sh', path, ...args], { ...options, detached: true });
}

function kill(child: Child): void {
  child.stdin.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function collect(stream: Readable, cut: (text: string) => string): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (more: string) => {
    text = cut(text + more);
  });
  return () => text.trim();
}
