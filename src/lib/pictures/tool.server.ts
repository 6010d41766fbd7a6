import type { Readable } from 'node:stream';
import { killGuarded, startGuarded } from '#lib/base/process/guarded-program.server.ts';
import type { ToolEnvironment } from '#lib/base/process/tool-environment.ts';
import type { ToolResult } from './types.ts';

/**
 * Runs a program to its end, at low priority, and kills it when the signal aborts, or when this process dies. Never rejects:
 * what it has written decides, not how it ended.
 */
export function runTool(
  path: string,
  args: readonly string[],
  { environment, signal }: { environment: ToolEnvironment; signal: AbortSignal },
): Promise<ToolResult> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ output: '', errors: '', exitCode: null });
    const child = startGuarded(path, args, environment);
    const output = collect(child.stdout, (text) => text.slice(0, 65_536));
    const errors = collect(child.stderr, (text) => text.slice(-2000));
    const onAbort = () => killGuarded(child);
    signal.addEventListener('abort', onAbort, { once: true });
    let problem = '';
    child.once('error', (error) => {
      problem = error.message;
      // One that did not start has no streams to wait for.
      if (child.pid === undefined) end(null);
    });
    child.once('close', (exitCode) => end(exitCode));
    function end(exitCode: number | null): void {
      signal.removeEventListener('abort', onAbort);
      child.stdin.destroy();
      resolve({ output: output(), errors: errors() || problem, exitCode });
    }
  });
}

function collect(stream: Readable, cut: (text: string) => string): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (more: string) => {
    text = cut(text + more);
  });
  return () => text.trim();
}
