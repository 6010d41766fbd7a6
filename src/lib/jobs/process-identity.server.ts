import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A name for this process that a later one can test for life: machine, process number, start time, and a random part.
 * The machine part includes Linux's boot id and the pid namespace, because two containers on one volume have the same
 * small process numbers and must not take each other for dead.
 */
export function processIdentity(): string {
  return `${machineId()}/${process.pid}/${startTicks(process.pid) ?? '-'}/${randomUUID()}`;
}

/** True only when the named process certainly no longer runs; a process of another machine is never certain. */
export function isSurelyDead(identity: string): boolean {
  const [machine, pidText, started] = identity.split('/');
  const pid = Number(pidText);
  if (isEarlierBoot(machine ?? '')) return true;
  if (machine !== machineId() || !Number.isInteger(pid) || pid <= 0) return false;
  if (!processExists(pid)) return true;
  // The number may have gone to a newer process since.
  const ticks = startTicks(pid);
  return ticks !== undefined && started !== '-' && ticks !== started;
}

/** The same host before its last start: nothing of that runs any more. Containers of one host share a boot. */
function isEarlierBoot(machine: string): boolean {
  const [host, boot, namespace] = machine.split('+');
  const [ownHost, ownBoot, ownNamespace] = machineId().split('+');
  if (namespace === undefined || ownNamespace === undefined) return false;
  return host === ownHost && boot !== ownBoot;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

let machine: string | undefined;
function machineId(): string {
  machine ??= [hostname(), attempt(bootId), attempt(pidNamespace)].filter(Boolean).join('+').replaceAll('/', '_');
  return machine;
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const pidNamespace = () => readlinkSync('/proc/self/ns/pid');

/** Start time in clock ticks since boot, from Linux's /proc; undefined elsewhere. A dead process not yet reaped counts as gone. */
function startTicks(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field is the command in parentheses and may hold spaces, so count from the last ')'.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? 'zombie' : fields?.[19];
}

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
