import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Cost {
  wallMs: number;
  /** User and system time of the process; undefined where the system does not tell. */
  cpuMs: number | undefined;
  peakMiB: number | undefined;
}

export type Outcome = Cost | { failed: string };

// Linux counts in ticks of 10 ms.
const TICK_MS = 10;
const LOOK_EVERY_MS = 10;

/** Runs a command to its end and tells what it cost. CPU and memory are read from /proc while it lives. */
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
  const look = setInterval(() => Object.assign(seen, readProcess(child.pid)), LOOK_EVERY_MS);
  const [code] = await Promise.race([once(child, 'exit'), once(child, 'error').then(([error]) => [String(error)])]);
  clearInterval(look);
  const wallMs = performance.now() - startedMs;
  return code === 0 ? { wallMs, ...seen } : { failed: `${code}: ${complaint.trim().split('\n').at(-1) ?? ''}` };
}

function readProcess(pid: number | undefined): Partial<Cost> {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    return peak === undefined ? {} : { cpuMs, peakMiB: Number(peak) / 1024 };
  } catch {
    return {};
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
