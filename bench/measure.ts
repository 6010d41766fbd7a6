import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Cost {
  wallMs: number;
  /** User and system time of the process and all that it started; undefined where the system does not tell. */
  cpuMs: number | undefined;
  /** Of all of them that live at the same time. */
  peakMiB: number | undefined;
}

export type Outcome = Cost | { failed: string };

// Linux counts in ticks of 10 ms.
const TICK_MS = 10;
const LOOK_EVERY_MS = 10;

/** Runs a command to its end and tells what it and its children cost. CPU and memory are read from /proc meanwhile. */
export async function measureCommand(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const startedMs = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-2000);
  });
  const seen: Pick<Cost, 'cpuMs' | 'peakMiB'> = { cpuMs: undefined, peakMiB: undefined };
  const look = setInterval(() => {
    const now = readTree(child.pid);
    if (!now) return;
    // A child's time is its parent's only once that one has noticed its end: never count backwards.
    seen.cpuMs = Math.max(seen.cpuMs ?? 0, now.cpuMs);
    seen.peakMiB = Math.max(seen.peakMiB ?? 0, now.peakMiB);
  }, LOOK_EVERY_MS);
  const [code] = await Promise.race([once(child, 'exit'), once(child, 'error').then(([error]) => [String(error)])]);
  clearInterval(look);
  const wallMs = performance.now() - startedMs;
  return code === 0 ? { wallMs, ...seen } : { failed: `${code}: ${complaint.trim().split('\n').at(-1) ?? ''}` };
}

type Reading = { cpuMs: number; peakMiB: number };

/** A process with its living children; its own figures hold the time of those that have ended. */
function readTree(pid: number | string | undefined): Reading | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peakKiB = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0;
    // utime, stime, cutime, cstime
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const children = childrenOf(pid).flatMap((child) => readTree(child) ?? []);
    return {
      cpuMs: children.reduce((sum, { cpuMs }) => sum + cpuMs, ticks * TICK_MS),
      peakMiB: children.reduce((sum, { peakMiB }) => sum + peakMiB, Number(peakKiB) / 1024),
    };
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number | string | undefined): string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
